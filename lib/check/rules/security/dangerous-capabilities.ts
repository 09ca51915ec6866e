import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';
import { capability } from '../../security-of';

/** Each of these is a way to the node, or to other pods' traffic. */
const DANGEROUS: Readonly<Record<string, string>> = {
  ALL: 'everything, as a privileged container', SYS_ADMIN: 'mounting file systems and most of what root may do', SYS_MODULE: 'loading code into the kernel',
  SYS_PTRACE: 'reading the memory of other processes', SYS_RAWIO: 'reading and writing the memory of the machine', SYS_BOOT: 'restarting the machine',
  DAC_READ_SEARCH: 'reading every file by its number', NET_ADMIN: 'changing routes and firewall rules', BPF: 'running code in the kernel', PERFMON: 'watching the kernel',
  MAC_ADMIN: 'changing what AppArmor and SELinux allow', MAC_OVERRIDE: 'ignoring what AppArmor and SELinux allow', SYSLOG: 'reading the log of the kernel',
};

export const dangerousCapabilities: Rule = {
  id: 'dangerous-capabilities',
  severity: 'warning',
  summary: 'The container has a capability that reaches beyond it',
  why: 'Capabilities are pieces of root. These ones are enough to leave the container, or to see what other pods do, for whoever takes over the process.',
  seeAlso: 'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { capabilities: { add: [SYS_ADMIN] } } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: shop:1.4.2, securityContext: { capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] } } }
`,
  },

  *check(objects) {
    for (const { container: { name, securityContext }, path, template } of containersIn(objects)) {
      if (securityContext?.privileged) continue; // says all of it already
      for (const [index, added] of (securityContext?.capabilities?.add ?? []).entries()) {
        const allows = DANGEROUS[capability(added)];
        if (!allows) continue;
        yield { object: template.object, field: `${path}.securityContext.capabilities.add[${index}]`, message: `${added} gives container ${name} ${allows}`, fix: 'remove it, or ignore this rule with the reason why the program needs it' };
      }
    }
  },
};
