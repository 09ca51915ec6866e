import { containersIn, isLongRunning } from '../../containers-in';
import { commandsIn, handlesSignals, tryScript } from '../../shell';
import type { Rule } from '../../rule';

const KINDS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController']);

const web = (script: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: shop:1.4.2, command: [sh, -c, '${script}'] }]
`;

/** A shell is the first process and does not pass on the signal to end (factor IX). */
export const shellSignals: Rule = {
  id: 'shell-signals',
  severity: 'warning',
  summary: 'A shell keeps the signal to end from the program',
  why: 'SIGTERM goes to the first process of a container. A shell that runs a script does not pass it on, and ignores it itself: each update waits for the whole grace period, and then the program is killed in the middle of its requests.',
  seeAlso: 'https://12factor.net/disposability',
  examples: { fails: web('cd /app && node server.js'), passes: web('cd /app && exec node server.js') },

  *check(objects) {
    for (const checked of containersIn(objects)) {
      const { container, path, template: { object, spec } } = checked;
      const script = KINDS.has(object.kind) && isLongRunning(checked) && !spec.shareProcessNamespace ? tryScript(container) : undefined;
      if (script === undefined || handlesSignals(script.text)) continue;
      const commands = commandsIn(script.text);
      const last = commands.at(-1) ?? '';
      // A shell with one command only mostly becomes that command.
      if (commands.length < 2 || commands.some((command) => /^((then|else|do)\s+)?exec\s+[^<>\s]/.test(command))) continue;
      yield { object, field: `${path}.${script.field}`, message: `the script of container ${container.name} starts ${last.split(/\s/)[0] === 'done' ? 'a loop' : `"${last.slice(0, 40)}"`} without exec`, fix: 'write exec before the program that stays, or handle the signal with trap' };
    }
  },
};
