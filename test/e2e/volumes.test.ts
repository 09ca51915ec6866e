import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { configMap, PodCases, podOf, secret, shell, stays } from './harness/pods';

const at = (name: string, mountPath = '/v', more: object = {}) => ({ volumeMounts: [{ name, mountPath, ...more }] });

describe.skipIf(!defaultKubectl)('volumes', () => {
  const { kubectl, namespace } = useNamespace('volumes');
  const pods = new PodCases(kubectl);
  const labels = { app: 'shop', tier: 'web' };

  beforeAll(() => pods.create(
    configMap('settings', { colour: 'blue', size: 'large' }, { binaryData: { bytes: Buffer.from([0, 1, 2, 255]).toString('base64') } }),
    configMap('live', { value: 'one' }),
    secret('login', { user: 'anna', password: 'p w' }),
    podOf('empty', {
      volumes: [{ name: 'disk', emptyDir: {} }, { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '2Mi' } }, { name: 'unlimited', emptyDir: { medium: 'Memory' } }],
      containers: [
        stays('echo from c > /disk/file', { volumeMounts: [{ name: 'disk', mountPath: '/disk' }, { name: 'memory', mountPath: '/memory' }, { name: 'unlimited', mountPath: '/unlimited' }], resources: { limits: { memory: '64Mi' } } }),
        stays('true', { volumeMounts: [{ name: 'disk', mountPath: '/disk', readOnly: true }], resources: { limits: { memory: '64Mi' } } }),
      ],
    }),
    podOf('files', {
      restartPolicy: 'Never',
      volumes: [
        { name: 'all', configMap: { name: 'settings' } },
        { name: 'items', configMap: { name: 'settings', defaultMode: 0o440, items: [{ key: 'colour', path: 'deep/er/colour', mode: 0o400 }, { key: 'size', path: 'size' }] } },
        { name: 'optional', configMap: { name: 'nothing', optional: true } },
        { name: 'secret', secret: { secretName: 'login', defaultMode: 0o400 } },
      ],
      containers: [shell([
        'ls /all; cat /all/colour; echo; od -An -tx1 /all/bytes; stat -L -c %a /all/colour',
        'cat /items/deep/er/colour; echo; stat -L -c %a /items/deep/er/colour /items/size; ls /items; ls /optional | wc -l',
        'cat /secret/password; echo; stat -L -c %a /secret/password; touch /all/x 2>&1; ls -a /all | grep -c "^\\.\\.data$"',
      ].join('\n'), { volumeMounts: ['all', 'items', 'optional', 'secret'].map((name) => ({ name, mountPath: `/${name}` })) })],
    }),
    podOf('follows', {
      volumes: [
        { name: 'cm', configMap: { name: 'live' } },
        { name: 'pod', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }, { path: 'annotations', fieldRef: { fieldPath: 'metadata.annotations' } }] } },
        { name: 'late', configMap: { name: 'later', optional: true } },
      ],
      containers: [stays('true', { volumeMounts: [{ name: 'cm', mountPath: '/cm' }, { name: 'cm', mountPath: '/once', subPath: 'value' }, { name: 'pod', mountPath: '/pod' }, { name: 'late', mountPath: '/late' }], env: [{ name: 'VALUE', valueFrom: { configMapKeyRef: { name: 'live', key: 'value' } } }] })],
    }, { labels, annotations: { note: 'a "quoted"\nline' } }),
    podOf('downward', {
      restartPolicy: 'Never', serviceAccountName: 'default',
      volumes: [{
        name: 'v', downwardAPI: {
          defaultMode: 0o444,
          items: [
            { path: 'name', fieldRef: { fieldPath: 'metadata.name' } }, { path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' }, mode: 0o400 }, { path: 'uid', fieldRef: { fieldPath: 'metadata.uid' } },
            { path: 'label', fieldRef: { fieldPath: 'metadata.labels[\'app\']' } },
            { path: 'cpu', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' } }, { path: 'memory', resourceFieldRef: { containerName: 'c', resource: 'requests.memory' } },
          ],
        },
      }],
      containers: [shell('cd /v; for f in name namespace uid label cpu memory; do cat $f; echo; done; stat -L -c %a name namespace', { ...at('v'), resources: { limits: { cpu: '250m', memory: '32Mi' } } })],
    }, { labels }),
    podOf('projected', {
      volumes: [{
        name: 'v', projected: {
          defaultMode: 0o444,
          sources: [
            { configMap: { name: 'settings', items: [{ key: 'colour', path: 'config/colour' }] } }, { secret: { name: 'login', items: [{ key: 'user', path: 'secret/user', mode: 0o400 }] } },
            { downwardAPI: { items: [{ path: 'pod/name', fieldRef: { fieldPath: 'metadata.name' } }] } },
            { serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } },
            { configMap: { name: 'nothing', optional: true } },
          ],
        },
      }],
      containers: [stays('true', at('v'))],
    }),
    podOf('sub-paths', {
      restartPolicy: 'Never', volumes: [{ name: 'v', emptyDir: {} }, { name: 'cm', configMap: { name: 'settings' } }],
      initContainers: [{ name: 'prepare', image: 'busybox:1.35', command: ['sh', '-c', 'mkdir -p /v/data; echo there > /v/data/file'], ...at('v') }],
      containers: [shell('cat /data/file; cat /etc/colour; echo; echo mine > /logs/x; cat /whole/sub-paths/x; cat /one-file', {
        env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        volumeMounts: [
          { name: 'v', mountPath: '/data', subPath: 'data', readOnly: true }, { name: 'cm', mountPath: '/etc/colour', subPath: 'colour' }, { name: 'v', mountPath: '/logs', subPathExpr: '$(POD_NAME)' },
          { name: 'v', mountPath: '/whole' }, { name: 'v', mountPath: '/one-file', subPath: 'data/file' },
        ],
      })],
    }),
    podOf('sub-path-unknown', { volumes: [{ name: 'v', emptyDir: {} }], containers: [shell('true', at('v', '/v', { subPathExpr: '$(NOBODY)' }))] }),
    podOf('sub-path-escape', {
      restartPolicy: 'Never', volumes: [{ name: 'v', emptyDir: {} }],
      initContainers: [{ name: 'prepare', image: 'busybox:1.35', command: ['ln', '-s', '/etc', '/v/out'], ...at('v') }], containers: [shell('ls /v', at('v', '/v', { subPath: 'out' }))],
    }),
    podOf('no-config-map', { volumes: [{ name: 'x', configMap: { name: 'missing' } }], containers: [shell('true', at('x'))] }),
    podOf('no-key', { volumes: [{ name: 'x', configMap: { name: 'settings', items: [{ key: 'shape', path: 'shape' }] } }], containers: [shell('true', at('x'))] }),
    podOf('no-secret', { volumes: [{ name: 'x', secret: { secretName: 'missing' } }], containers: [shell('true', at('x'))] }),
    podOf('no-secret-key', { volumes: [{ name: 'x', secret: { secretName: 'login', items: [{ key: 'shape', path: 'shape' }] } }], containers: [shell('true', at('x'))] }),
    ...Object.entries({ Directory: '/etc/passwd', File: '/etc', Socket: '/etc/passwd', CharDevice: '/etc/passwd', BlockDevice: '/dev/null' }).map(([type, where]) => (
      podOf(`host-path-${type.toLowerCase()}`, { volumes: [{ name: 'x', hostPath: { path: where, type: type as 'File' } }], containers: [shell('true', at('x'))] })
    )),
    podOf('host-paths', {
      restartPolicy: 'Never',
      volumes: [{ name: 'directory', hostPath: { path: '/etc', type: 'Directory' } }, { name: 'file', hostPath: { path: '/etc/passwd', type: 'File' } }, { name: 'device', hostPath: { path: '/dev/null', type: 'CharDevice' } }, { name: 'untyped', hostPath: { path: '/usr' } }],
      containers: [shell('ls /directory/passwd; grep -c root /file; echo x > /device && ls -d /untyped/bin; touch /directory/x', { volumeMounts: ['directory', 'file', 'device', 'untyped'].map((name) => ({ name, mountPath: `/${name}`, readOnly: name === 'directory' })) })],
    }),
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'claim' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } } },
    podOf('claims', { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'claim' } }], securityContext: { fsGroup: 4321 }, containers: [stays('echo kept > /v/file', at('v'))] }),
  ));

  it('emptyDir is shared by the containers, on disk or in memory of a limited size', async () => {
    explainFailure(kubectl);
    await pods.running('empty');
    expect(await pods.exec('empty', 'cat /disk/file; touch /disk/x 2>&1', 'c1').catch((error: Error) => error.message)).toContain('Read-only file system');
    await eventually('one sees what the other wrote', async () => await pods.exec('empty', 'cat /disk/file', 'c1') === 'from c\n');
    expect(await pods.exec('empty', 'stat -f -c %T /memory; stat -c %a /memory /disk; df -k /memory | tail -1 | awk "{print \\$2}"')).toBe('tmpfs\n777\n777\n2048\n');
    expect(await pods.exec('empty', 'dd if=/dev/zero of=/memory/big bs=1024 count=4096 2>&1 || true')).toContain('No space left on device');
    const unlimited = Number(await pods.exec('empty', 'df -k /unlimited | tail -1 | awk "{print \\$2}"'));
    expect(unlimited).toBe(128 * 1024);
  });

  it('configMap and secret are files with modes and paths', async () => {
    await pods.ended('files');
    expect((await pods.logs('files')).replace(/ +/g, ' ').trim().split('\n')).toEqual([
      'bytes', 'colour', 'size', 'blue', ' 00 01 02 ff', '644',
      'blue', '400', '440', 'deep', 'size', '0',
      'p w', '400', 'touch: /all/x: Read-only file system', '1',
    ]);
  });

  it('downwardAPI shows fields of the pod', async () => {
    await pods.ended('downward');
    const { metadata } = await pods.get('downward');
    expect((await pods.logs('downward')).trim().split('\n')).toEqual(['downward', namespace, metadata.uid, 'shop', '250', String(32 * 1024 * 1024), '444', '400']);
  });

  it('follow changes as a whole, but not through a subPath', async () => {
    explainFailure(kubectl);
    await pods.running('follows');
    expect(await pods.exec('follows', 'cat /cm/value /once; echo; cat /pod/labels; echo; cat /pod/annotations')).toBe('oneone\napp="shop"\ntier="web"\nnote="a \\"quoted\\"\\nline"');
    await kubectl(['patch', 'configmap', 'live', '-p', JSON.stringify({ data: { value: 'two', more: 'x' } })]);
    await kubectl('label pod follows tier=db new=yes --overwrite');
    await kubectl('annotate pod follows note=changed --overwrite');
    await pods.create(configMap('later', { now: 'here' }));
    await eventually('the files have changed', async () => (await pods.exec('follows', 'cat /cm/value; ls /cm | tr "\\n" " "; cat /late/now 2>/dev/null')) === 'twomore value here');
    await eventually('the fields of the pod have changed', async () => /new="yes"[^]*note="changed"/.test(await pods.exec('follows', 'cat /pod/labels /pod/annotations')));
    expect(await pods.exec('follows', 'cat /pod/labels; echo; cat /pod/annotations; echo; cat /once; echo $VALUE')).toBe('app="shop"\nnew="yes"\ntier="db"\nnote="changed"\noneone\n');
    await kubectl(['patch', 'configmap', 'live', '--type=json', '-p', JSON.stringify([{ op: 'remove', path: '/data/more' }])]);
    await eventually('the removed key is gone', async () => (await pods.exec('follows', 'ls /cm')) === 'value\n');
  });

  it('projected puts sources together, with a token for an audience', async () => {
    await pods.running('projected');
    expect(await pods.exec('projected', 'cd /v; cat config/colour secret/user pod/name; echo; stat -L -c %a config/colour secret/user')).toBe('blueannaprojected\n444\n400\n');
    const token = await pods.exec('projected', 'cat /v/token');
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as { aud: string[]; exp: number; iat: number; sub: string };
    expect(claims).toMatchObject({ aud: ['vault'], sub: `system:serviceaccount:${namespace}:default`, 'kubernetes.io': { pod: { name: 'projected' } } });
    expect(claims.exp - claims.iat).toBe(600);
    const own = await pods.exec('projected', 'cat /var/run/secrets/kubernetes.io/serviceaccount/namespace; ls /var/run/secrets/kubernetes.io/serviceaccount | tr "\\n" " "');
    expect(own).toBe(`${namespace}ca.crt namespace token `);
  });

  it('can be mounted in part', async () => {
    explainFailure(kubectl);
    await pods.ended('sub-paths');
    expect(await pods.logs('sub-paths')).toBe('there\nblue\nmine\nthere\n');
  });

  it('are not left through a subPath', async () => {
    expect((await pods.waiting('sub-path-unknown', 'CreateContainerConfigError')).message).toContain('missing value for "NOBODY"');
    const waiting = await pods.waiting('sub-path-escape', 'CreateContainerConfigError');
    expect(waiting.message).toContain('failed to prepare subPath for volumeMount "v" of container "c"');
    await pods.event('sub-path-escape', 'Failed', 'Error: failed to prepare subPath for volumeMount "v" of container "c"');
    expect(await pods.refusal(podOf('refused', { volumes: [{ name: 'v', emptyDir: {} }], containers: [at('v', '/v', { subPath: '../x' })] }))).toContain('must not contain \'..\'');
  });

  it.each([
    ['no-config-map', 'MountVolume.SetUp failed for volume "x" : configmap "missing" not found'],
    ['no-key', 'MountVolume.SetUp failed for volume "x" : configmap references non-existent config key: shape'],
    ['no-secret', 'MountVolume.SetUp failed for volume "x" : secret "missing" not found'],
    ['no-secret-key', 'MountVolume.SetUp failed for volume "x" : references non-existent secret key: shape'],
    ['host-path-directory', 'MountVolume.SetUp failed for volume "x" : hostPath type check failed: /etc/passwd is not a directory'],
    ['host-path-file', 'MountVolume.SetUp failed for volume "x" : hostPath type check failed: /etc is not a file'],
    ['host-path-socket', 'MountVolume.SetUp failed for volume "x" : hostPath type check failed: /etc/passwd is not a socket file'],
    ['host-path-chardevice', 'MountVolume.SetUp failed for volume "x" : hostPath type check failed: /etc/passwd is not a character device'],
    ['host-path-blockdevice', 'MountVolume.SetUp failed for volume "x" : hostPath type check failed: /dev/null is not a block device'],
  ])('that cannot be made keep the pod from starting: %s', async (name, message) => {
    await pods.event(name, 'FailedMount', message);
    expect((await pods.get(name)).status).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }] });
  });

  it('are made when what was missing is there', async () => {
    await pods.event('no-config-map', 'FailedMount');
    await pods.create(configMap('missing', { a: 'b' }));
    await pods.until('no-config-map', 'its container was started', ({ status }) => (status?.containerStatuses?.[0].restartCount ?? 0) > 0 || status?.containerStatuses?.[0].state?.terminated);
  });

  it('of hostPath are what the node has', async () => {
    await pods.ended('host-paths');
    expect((await pods.logs('host-paths')).split('\n').slice(0, 4)).toEqual(['/directory/passwd', expect.stringMatching(/^[1-9]\d*$/), '/untyped/bin', 'touch: /directory/x: Read-only file system']);
  });

  it('of claims outlive the pod and belong to its group', async () => {
    explainFailure(kubectl);
    await pods.running('claims');
    expect(await pods.exec('claims', 'until grep -q kept /v/file; do sleep 0.1; done; stat -c "%g %a" /v')).toMatch(/^4321 277\d\n$/);
    await kubectl('delete pod claims --timeout=180s');
    await pods.create(podOf('claims-again', { restartPolicy: 'Never', volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'claim', readOnly: true } }], containers: [shell('cat /v/file; touch /v/x', at('v'))] }));
    await pods.ended('claims-again');
    expect(await pods.logs('claims-again')).toBe('kept\ntouch: /v/x: Read-only file system\n');
  });

  it.each([
    ['a mount of a volume that is not there', { containers: [at('nowhere')] }, 'spec.containers[0].volumeMounts[0].name: Not found: "nowhere"'],
    ['two volumes of one name', { volumes: [{ name: 'v', emptyDir: {} }, { name: 'v', emptyDir: {} }] }, 'spec.volumes[1].name: Duplicate value: "v"'],
    ['a volume of two kinds', { volumes: [{ name: 'v', emptyDir: {}, configMap: { name: 'x' } }] }, 'may not specify more than 1 volume type'],
    ['a mount for others in an ordinary container', { volumes: [{ name: 'v', emptyDir: {} }], containers: [at('v', '/v', { mountPropagation: 'Bidirectional' })] }, 'Bidirectional mount propagation is available only to privileged containers'],
  ])('refuse %s', async (_, spec, message) => {
    expect(await pods.refusal(podOf('refused', spec))).toContain(message);
  });

  describe.skipIf(process.env.TWELVE_E2E_KUBECONFIG)('on a node of ours, as root', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-e2e-volumes-'));
    beforeAll(() => {
      execFileSync('mount', ['-t', 'tmpfs', 'twelve-e2e', directory]);
      execFileSync('mount', ['--make-shared', directory]);
    });
    afterAll(async () => {
      // A container that is started again meanwhile would make the folder anew.
      await kubectl('delete pod propagation made --ignore-not-found --timeout=180s');
      execFileSync('umount', ['-R', directory]);
      fs.rmdirSync(directory);
    });

    it('mounts that are made later reach a container that wants them, and no other', async () => {
      explainFailure(kubectl);
      fs.mkdirSync(path.join(directory, 'later'));
      await pods.create(podOf('propagation', {
        volumes: [{ name: 'v', hostPath: { path: directory } }],
        containers: [stays('true', at('v', '/v', { mountPropagation: 'HostToContainer' })), stays('true', at('v', '/v', { mountPropagation: 'None' }))],
      }));
      await pods.running('propagation');
      execFileSync('mount', ['-t', 'tmpfs', 'twelve-e2e', path.join(directory, 'later')]);
      fs.writeFileSync(path.join(directory, 'later', 'file'), '');
      expect([await pods.exec('propagation', 'ls /v/later'), await pods.exec('propagation', 'ls /v/later', 'c1')]).toEqual(['file\n', '']);
    });

    it('paths are made where their type says so', async () => {
      await pods.create(podOf('made', {
        restartPolicy: 'Never',
        volumes: [{ name: 'd', hostPath: { path: `${directory}/made/directory`, type: 'DirectoryOrCreate' } }, { name: 'f', hostPath: { path: `${directory}/file`, type: 'FileOrCreate' } }, { name: 'u', hostPath: { path: `${directory}/untyped` } }],
        containers: [shell('echo x > /d/x; echo y > /f; ls /u', { volumeMounts: [...at('d', '/d').volumeMounts, ...at('f', '/f').volumeMounts, ...at('u', '/u').volumeMounts] })],
      }));
      await pods.ended('made');
      expect(fs.readFileSync(path.join(directory, 'made/directory/x'), 'utf8') + fs.readFileSync(path.join(directory, 'file'), 'utf8')).toBe('x\ny\n');
      expect(fs.statSync(path.join(directory, 'made/directory')).mode & 0o777).toBe(0o755);
    });

    it.each(['iscsi', 'nfs', 'csi', 'cephfs'])('a volume of kind %s is refused by name', async (kind) => {
      const sources: Record<string, object> = { iscsi: { targetPortal: '192.0.2.1', iqn: 'iqn.2001-04.com.example:x', lun: 0 }, nfs: { server: 'x', path: '/x' }, csi: { driver: 'x.example.com' }, cephfs: { monitors: ['x'] } };
      expect(await pods.refusal(podOf('refused', { volumes: [{ name: 'v', [kind]: sources[kind] }] }))).toContain(`spec.volumes[0].${kind}: Forbidden: not supported by this runtime`);
    });

    it('huge pages for an emptyDir are refused by name', async () => {
      expect(await pods.refusal(podOf('refused', { volumes: [{ name: 'v', emptyDir: { medium: 'HugePages' } }], containers: [{ resources: { limits: { 'hugepages-2Mi': '2Mi', 'memory': '1Mi' } } }] })))
        .toContain('spec.volumes[0].emptyDir.medium: Forbidden: not supported by this runtime');
    });
  });
});
