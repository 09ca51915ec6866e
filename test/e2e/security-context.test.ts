import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { configMap, PodCases, podOf, shell, statusOf, stays } from './harness/pods';

const identity = 'echo "$(id -u):$(id -g) $(id -G)"';
/** A field of /proc/self/status. */
const status = (field: string) => `sed -n 's/^${field}:\\s*//p' /proc/self/status`;

describe.skipIf(!defaultKubectl)('security context', () => {
  const { kubectl, namespace } = useNamespace('security');
  const pods = new PodCases(kubectl);

  beforeAll(() => pods.create(
    configMap('files', { 'a.txt': 'a' }),
    podOf('users', {
      restartPolicy: 'Never', securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000], fsGroupChangePolicy: 'OnRootMismatch' },
      volumes: [{ name: 'v', emptyDir: {} }, { name: 'memory', emptyDir: { medium: 'Memory' } }, { name: 'cm', configMap: { name: 'files', defaultMode: 0o600 } }],
      containers: [
        shell(`${identity}; touch /v/new /memory/new && stat -c '%u:%g %a' /v /v/new /memory; cat /cm/a.txt; echo; stat -L -c '%g %a' /cm/a.txt; stat -L -c '%u:%g %a' /var/run/secrets/kubernetes.io/serviceaccount/token`, {
          volumeMounts: [{ name: 'v', mountPath: '/v' }, { name: 'memory', mountPath: '/memory' }, { name: 'cm', mountPath: '/cm' }],
        }),
        shell(identity, { name: 'own', securityContext: { runAsUser: 1001, runAsGroup: 3001 } }),
      ],
    }),
    podOf('one-user', { restartPolicy: 'Never', containers: [shell('stat -L -c "%u %a" /var/run/secrets/kubernetes.io/serviceaccount/token; cat /var/run/secrets/kubernetes.io/serviceaccount/token > /dev/null && echo read', { securityContext: { runAsUser: 1234 } })] }),
    podOf('capabilities', {
      restartPolicy: 'Never',
      containers: [
        shell(status('CapBnd'), { name: 'default' }),
        shell(status('CapBnd'), { name: 'none', securityContext: { capabilities: { drop: ['ALL'] } } }),
        shell(status('CapBnd'), { name: 'one', securityContext: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } }),
        shell('ip link set lo mtu 1400 && echo changed', { name: 'admin', securityContext: { capabilities: { add: ['NET_ADMIN'] } } }),
      ],
    }),
    podOf('root-file-system', {
      restartPolicy: 'Never', volumes: [{ name: 'v', emptyDir: {} }],
      containers: [shell('touch /x; touch /v/x && echo written', { volumeMounts: [{ name: 'v', mountPath: '/v' }], securityContext: { readOnlyRootFilesystem: true } })],
    }),
    podOf('privileges', {
      restartPolicy: 'Never',
      containers: [
        shell(status('NoNewPrivs'), { name: 'kept', securityContext: { allowPrivilegeEscalation: false } }),
        shell(status('NoNewPrivs'), { name: 'free' }),
      ],
    }),
    podOf('seccomp', {
      restartPolicy: 'Never', securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [shell(status('Seccomp'), { name: 'of-pod' }), shell(status('Seccomp'), { name: 'unconfined', securityContext: { seccompProfile: { type: 'Unconfined' } } })],
    }),
    podOf('no-profile', { restartPolicy: 'Never', containers: [shell('mkdir /tmp/x', { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'e2e/not-there.json' } } })] }),
    podOf('root-image', { containers: [shell('true', { securityContext: { runAsNonRoot: true } })] }),
    podOf('root-user', { securityContext: { runAsNonRoot: true, runAsUser: 0 }, containers: [shell('true')] }),
    podOf('non-root', { restartPolicy: 'Never', securityContext: { runAsNonRoot: true, runAsUser: 65534 }, containers: [shell(identity)] }),
    podOf('sysctls', {
      restartPolicy: 'Never', securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_port_range', value: '20000 21000' }, { name: 'kernel.shm_rmid_forced', value: '1' }, { name: 'net/ipv4/ip_unprivileged_port_start', value: '80' }] },
      containers: [shell('cat /proc/sys/net/ipv4/ip_local_port_range /proc/sys/kernel/shm_rmid_forced /proc/sys/net/ipv4/ip_unprivileged_port_start')],
    }),
    podOf('unsafe-sysctl', { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] } }),
    podOf('privileged', { containers: [stays(status('CapBnd'), { securityContext: { privileged: true } })] }),
  ));

  it('sets user, groups and who owns volumes', async () => {
    explainFailure(kubectl);
    await pods.ended('users');
    const [id, ...files] = (await pods.logs('users')).trim().split('\n');
    expect(id).toMatch(/^1000:3000 /);
    expect(id.split(' ').slice(1).sort()).toEqual(['2000', '3000', '4000']);
    expect(files[0]).toMatch(/^0:2000 2777$/);
    expect(files[1]).toMatch(/^1000:2000 644$/);
    expect(files[2]).toMatch(/^0:2000 2777$/);
    expect(files.slice(3)).toEqual(['a', '2000 640', '0:2000 640']);
    expect(await pods.logs('users', 'own')).toMatch(/^1001:3001 /);
    await pods.ended('one-user');
    expect(await pods.logs('one-user')).toBe('1234 600\nread\n');
  });

  it('adds and drops capabilities', async () => {
    explainFailure(kubectl);
    await pods.ended('capabilities');
    expect(BigInt(`0x${(await pods.logs('capabilities', 'default')).trim()}`)).toBe(0xa80425fbn);
    expect(await pods.logs('capabilities', 'none')).toBe('0000000000000000\n');
    expect(BigInt(`0x${(await pods.logs('capabilities', 'one')).trim()}`)).toBe(1n << 10n);
    expect(await pods.logs('capabilities', 'admin')).toBe('changed\n');
  });

  it('keeps the root file system from being written', async () => {
    await pods.ended('root-file-system');
    expect(await pods.logs('root-file-system')).toBe('touch: /x: Read-only file system\nwritten\n');
  });

  it('allows no more privileges, and filters system calls', async () => {
    await Promise.all(['privileges', 'seccomp'].map((name) => pods.ended(name)));
    expect([await pods.logs('privileges', 'kept'), await pods.logs('privileges', 'free')]).toEqual(['1\n', '0\n']);
    expect([await pods.logs('seccomp', 'of-pod'), await pods.logs('seccomp', 'unconfined')]).toEqual(['2\n', '0\n']);
  });

  it('names the seccomp profile that the node does not have', async () => {
    const waiting = await pods.waiting('no-profile', 'CreateContainerError');
    expect(waiting.message).toMatch(/cannot load seccomp profile ".*\/seccomp\/e2e\/not-there\.json": no such file or directory/);
    await pods.event('no-profile', 'Failed', /^Error: .*not-there\.json/);
  });

  it('verifies that the user is not root', async () => {
    const { metadata } = await pods.get('root-image');
    expect((await pods.waiting('root-image', 'CreateContainerConfigError')).message).toBe(`container has runAsNonRoot and image will run as root (pod: "root-image_${namespace}(${metadata.uid})", container: c)`);
    await pods.event('root-image', 'Failed', 'Error: container has runAsNonRoot and image will run as root');
    expect((await pods.waiting('root-user', 'CreateContainerConfigError')).message).toContain('container\'s runAsUser breaks non-root policy (pod: "root-user_');
    await pods.ended('non-root');
    expect(await pods.logs('non-root')).toMatch(/^65534:/);
  });

  it('sets safe sysctls and refuses others', async () => {
    explainFailure(kubectl);
    await pods.ended('sysctls');
    expect(await pods.logs('sysctls')).toBe('20000\t21000\n1\n80\n');
    const pod = await pods.ended('unsafe-sysctl');
    expect(pod.status).toMatchObject({ phase: 'Failed', reason: 'SysctlForbidden', message: expect.stringContaining('forbidden sysctl: "kernel.msgmax" not allowlisted') });
    expect(pod.status?.containerStatuses).toBeUndefined();
    await pods.event('unsafe-sysctl', 'SysctlForbidden', 'forbidden sysctl: "kernel.msgmax" not allowlisted');
    expect(await kubectl('get pod unsafe-sysctl')).toMatch(/SysctlForbidden/);
    await kubectl('delete pod unsafe-sysctl --timeout=180s');
  });

  it('gives every capability to a privileged container, where the node may', async ({ skip }) => {
    const pod = await pods.until('privileged', 'runs or says why not', (candidate) => statusOf(candidate)?.state?.running ?? statusOf(candidate)?.lastState?.terminated);
    if (!statusOf(pod)?.state?.running) {
      expect(statusOf(pod)?.lastState?.terminated).toMatchObject({ reason: 'StartError', exitCode: 128 });
      skip('the container engine of this machine cannot start privileged containers');
    }
    expect(await pods.logged('privileged', '\n')).not.toBe('00000000a80425fb\n');
  });

  it.each([
    ['privileged without privilege escalation', { securityContext: { privileged: true, allowPrivilegeEscalation: false } }, {}, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'],
    ['a negative user', {}, { securityContext: { runAsUser: -1 } }, 'spec.securityContext.runAsUser: Invalid value: -1'],
    ['a sysctl that is not a name', {}, { securityContext: { sysctls: [{ name: 'A B', value: '1' }] } }, 'spec.securityContext.sysctls[0].name: Invalid value: "A B"'],
    ['Localhost without a profile', { securityContext: { seccompProfile: { type: 'Localhost' } } }, {}, 'spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost'],
  ])('refuses %s', async (_, container, spec, message) => {
    expect(await pods.refusal(podOf('refused', { ...spec, containers: [container] }))).toContain(message);
  });

  describe.skipIf(process.env.TWELVE_E2E_KUBECONFIG)('on a node of ours', () => {
    it.each([
      ['SELinux options', { securityContext: { seLinuxOptions: { level: 's0' } } }, 'spec.containers[0].securityContext.seLinuxOptions: Forbidden: not supported by this runtime'],
      ['an unmasked /proc', { securityContext: { procMount: 'Unmasked' } }, 'spec.containers[0].securityContext.procMount: Forbidden: not supported by this runtime'],
      ['block devices', { volumeDevices: [{ name: 'v', devicePath: '/dev/x' }] }, 'spec.containers[0].volumeDevices: Forbidden: not supported by this runtime'],
      ['a resize policy', { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }, 'spec.containers[0].resizePolicy: Forbidden: not supported by this runtime'],
    ])('refuses %s by name', async (_, container, message) => {
      expect(await pods.refusal(podOf('refused', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'x' } }], containers: [container] }))).toContain(message);
    });

    it('takes a seccomp profile from the node\'s folder', async () => {
      const { message = '' } = await pods.waiting('no-profile', 'CreateContainerError');
      const file = /"(\/.*\/not-there\.json)"/.exec(message)?.[1] ?? '';
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO' }] }));
      await pods.ended('no-profile');
      expect(await pods.logs('no-profile')).toBe('mkdir: can\'t create directory \'/tmp/x\': Operation not permitted\n');
    });

    it('holds back a pod whose AppArmor profile it cannot enforce, if it has no AppArmor', async ({ skip }) => {
      if (fs.existsSync('/sys/module/apparmor')) skip('this machine has AppArmor');
      await pods.create(podOf('apparmor', {}, { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default' } }));
      await pods.waiting('apparmor', 'Blocked');
      expect((await pods.get('apparmor')).status).toMatchObject({ phase: 'Pending', reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host' });
    });
  });
});
