import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl } from './harness/case';
import { run, tryRun } from './harness/command';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';

const root = path.resolve(__dirname, '../..');
const socket = '/var/run/docker.sock';
const cli = path.join(root, 'build/apps/cli/main.js');

/** Words before a command that make it the command of `nobody`, who may use Docker. */
function asNobody(): readonly string[] | undefined {
  if (process.getuid?.() !== 0 || process.platform !== 'linux' || !fs.existsSync(socket)) return undefined;
  const words = ['setpriv', '--reuid=65534', '--regid=65534', `--groups=${fs.statSync(socket).gid}`];
  try {
    execFileSync(words[0], [...words.slice(1), process.execPath, '-e', `require('fs').accessSync(${JSON.stringify(cli)}); require('fs').accessSync(${JSON.stringify(path.join(root, 'node_modules/esbuild'))})`], { stdio: 'ignore' });
    return words;
  } catch {
    return undefined; // the checkout is where only root may read
  }
}

const prefix = asNobody();

describe.skipIf(!prefix || !defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('a user who is not root and may use Docker (skipped where the checkout is not readable for others)', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-nobody-'));
  const name = `nobody-${process.pid}`;
  const data = path.join(home, 'data');
  const words = (...more: readonly string[]) => [...(prefix ?? []).slice(1), 'env', `HOME=${home}`, `KUBECONFIG=${home}/kubeconfig`, 'NO_COLOR=1', process.execPath, cli, ...more, '--name', name, '--data-dir', data];
  const twelve = (...more: readonly string[]) => run(prefix?.[0] ?? '', words(...more));

  beforeAll(() => {
    fs.chmodSync(home, 0o755);
    fs.chownSync(home, 65534, 65534);
  });
  afterAll(async () => {
    await tryRun(prefix?.[0] ?? '', words('down', '--purge'));
    fs.rmSync(home, { recursive: true, force: true });
  });

  it('starts the runtime with the node part in a container, runs pods, and leaves nothing', async () => {
    expect(await twelve('up')).toMatch(/node \S+ Ready/);
    expect(await twelve('node', 'list')).toMatch(/Ready.*unix:\/\/\/var\/run\/docker\.sock/);
    const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: path.join(data, 'kubeconfig') });
    await kubectl('create deployment web --image=nginx:1.22 --replicas=2');
    await kubectl('rollout status deployment/web --timeout=180s');
    await kubectl('expose deployment web --port=80');
    const address = await kubectl('get service web -o jsonpath={.spec.clusterIP}');
    expect(await eventually('the Service answers', async () => (await fetch(`http://${address}/`)).status)).toBe(200);
    const [pod] = (await kubectl('get pods -l app=web -o name')).split('\n');
    expect(await kubectl(['exec', pod, '--', 'cat', '/etc/hostname'])).toBe(`${pod.replace('pod/', '')}\n`);
    const ids = await kubectl('get pods -o jsonpath={.items[*].status.containerStatuses[0].containerID}');
    await twelve('stop');
    await twelve('up');
    expect(await kubectl('get pods -o jsonpath={.items[*].status.containerStatuses[0].containerID}')).toBe(ids);
    await twelve('down', '--purge');
    expect((await tryRun('docker', ['ps', '-a', '--format', '{{.Names}} {{.Labels}}'])).out).not.toContain(name);
    expect((await tryRun('ip', ['-o', 'link'])).out).not.toContain(`tw-${name}`);
    expect(fs.existsSync(`/var/lib/twelve/${name}`)).toBe(false);
  });
});
