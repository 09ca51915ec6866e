import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl } from '../harness/case';
import { tryRun } from '../harness/command';
import { type ClusterEntry, clusterOf, serviceAccount, writeKubeconfig } from '../harness/service-account';

const CLI = path.resolve(__dirname, '../../../build/apps/cli/main.js');
/** A folder of their own over /run: where a pod finds its service account. */
const canMount = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /run && readlink -f /var/run']).stdout?.toString().trim() === '/run';

describe.skipIf(!defaultKubectl)('a kubeconfig', () => {
  const { kubectl, namespace, folder, write } = useApplication('kubeconfig');
  let token = '';
  let cluster: ClusterEntry;
  beforeAll(async () => {
    [token, cluster] = await Promise.all([serviceAccount(kubectl, 'deployer', namespace, 'edit'), clusterOf(kubectl)]);
    write('config.yaml', '{ apiVersion: v1, kind: ConfigMap, metadata: { name: config, labels: { twelve-factor.dev/app: shop } }, data: { a: "1" } }');
  });
  const twelve = (words: readonly string[], env: Record<string, string> = {}) => tryRun(process.execPath, [CLI, ...words], { cwd: folder, env: { NO_COLOR: '1', ...env } });
  const kubeconfig = (name: string, user: object) => writeKubeconfig(folder, name, { cluster, namespace, user });
  /** Applies with it; who it was is told by a field that only the server knows. */
  const applied = async (words: readonly string[], env?: Record<string, string>) => {
    const { code, err } = await twelve(['apply', 'config.yaml', ...words], env);
    return { code, err };
  };

  it('with the token of a service account leads to its rights', async () => {
    expect(await applied(['--kubeconfig', kubeconfig('with-token', { token })])).toEqual({ code: 0, err: '' });
    const { code, err } = await twelve(['apply', 'config.yaml', '-n', 'kube-system', '--kubeconfig', path.join(folder, 'with-token')]);
    expect([code, err]).toEqual([1, expect.stringContaining(`User "system:serviceaccount:${namespace}:deployer" cannot`)]);
  });

  it('with the token in a file reads it', async () => {
    write('token', `${token}\n`);
    expect(await applied(['--kubeconfig', kubeconfig('with-token-file', { tokenFile: 'token' })])).toEqual({ code: 0, err: '' });
  });

  it('with a plugin runs it when it is needed, and again when the server does not take what it printed', async () => {
    write('plugin.js', `
      const fs = require('node:fs');
      fs.appendFileSync('runs', 'x');
      const token = fs.readFileSync('runs', 'utf8') === 'x' ? 'old' : process.env.TOKEN;
      console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }));`);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [path.join(folder, 'plugin.js')], env: [{ name: 'TOKEN', value: token }], interactiveMode: 'Never' };
    const file = kubeconfig('with-plugin', { exec });
    expect(await applied(['--kubeconfig', file])).toEqual({ code: 0, err: '' });
    expect(fs.readFileSync(path.join(folder, 'runs'), 'utf8')).toBe('xx');
    const missing = await applied(['--kubeconfig', kubeconfig('with-missing-plugin', { exec: { ...exec, command: 'no-such-plugin', installHint: 'get it from the shelf' } })]);
    expect(missing).toEqual({ code: 1, err: expect.stringContaining('the credential plugin "no-such-plugin" is not installed or not in PATH\nget it from the shelf') as string });
  });

  it('can be one of several in $KUBECONFIG, and a context in any of them is found', async () => {
    const files = [path.join(folder, 'missing'), kubeconfig('first', { token: 'wrong' }), kubeconfig('second', { token })];
    expect(await applied(['--context', 'first'], { KUBECONFIG: files.join(':') })).toMatchObject({ code: 1, err: expect.stringMatching(/Unauthorized/) as string });
    // The first file to say who "u" is wins, as with kubectl.
    expect((await applied(['--context', 'second'], { KUBECONFIG: files.join(':') })).code).toBe(1);
    expect(await applied(['--context', 'second'], { KUBECONFIG: [...files].reverse().join(':') })).toEqual({ code: 0, err: '' });
    expect(await applied(['--context', 'third'], { KUBECONFIG: files.join(':') })).toMatchObject({ code: 1, err: expect.stringMatching(/has no context "third"; it has: first, second/) as string });
  });

  it('can act as somebody else', async () => {
    const admin = (JSON.parse(await kubectl('config view --raw --minify --flatten -o json')) as { readonly users: readonly [{ readonly user: object }] }).users[0].user;
    const as = (user: string) => applied(['--kubeconfig', kubeconfig(`as-${user.split(':').at(-1)}`, { ...admin, as: user })]);
    expect(await as(`system:serviceaccount:${namespace}:deployer`)).toEqual({ code: 0, err: '' });
    expect(await as('jane')).toMatchObject({ code: 1, err: expect.stringMatching(/User "jane" cannot/) as string });
  });

  it.skipIf(!canMount)('is not needed in a pod of the cluster', async () => {
    const account = '/run/secrets/kubernetes.io/serviceaccount';
    const { hostname, port } = new URL(cluster.server);
    write('in-pod.sh', `set -e
      files="$PWD/account"; mount -t tmpfs none /run; mkdir -p ${account}; cp "$files"/* ${account}; exec "$@"`);
    for (const [name, content] of [['token', token], ['namespace', namespace], ['ca.crt', Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64').toString()]]) write(`account/${name}`, content);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port || '443', XDG_DATA_HOME: path.join(folder, 'data'), NO_COLOR: '1' };
    const inPod = (...words: readonly string[]) => tryRun('unshare', ['-m', 'sh', 'in-pod.sh', process.execPath, CLI, ...words], { cwd: folder, env });
    const { code, out, err } = await inPod('apply', 'config.yaml');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('on in-cluster');
    expect((await inPod('history', 'shop')).out).toMatch(/running/);
  });
});
