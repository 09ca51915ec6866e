import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, tryRun } from './harness/command';
import { defaultKubectl } from './harness/case';
import { eventually } from './harness/eventually';
import { startLoad } from './harness/http-load';
import { kubectlFor } from './harness/kubectl';
import { TestRuntime } from './harness/runtime';
import { webManifest } from './harness/web-manifest';

const own = !process.env.TWELVE_E2E_KUBECONFIG && defaultKubectl !== undefined;

/** A death in the middle of things, of a runtime that belongs to this file alone. */
describe.skipIf(!own)('kill -9 of the runtime (skipped without kubectl, or on another cluster)', () => {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
  const containers = async () => (await run('docker', ['ps', '-q', '--no-trunc', '--filter', 'label=io.kubernetes.pod.namespace=default', '--filter', `label=cdk8s-twelve-factor/runtime=${runtime.name}`])).split('\n').filter(Boolean).sort();

  beforeAll(() => runtime.up());
  afterAll(() => runtime.end());

  it('leaves the pods serving, and the next up adopts them', async () => {
    await kubectl('apply -f -', { input: webManifest({ name: 'web', replicas: 2, service: 'NodePort' }) });
    await kubectl('rollout status deployment/web --timeout=180s');
    const before = await containers();
    const address = `http://127.0.0.1:${await kubectl('get service web -o jsonpath={.spec.ports[0].nodePort}')}/`;
    await eventually('the page is served', async () => (await fetch(address)).ok);

    const load = startLoad(address, 2);
    process.kill(runtime.pid(), 'SIGKILL');
    const sentAtDeath = load.sent();
    await eventually('requests go on being answered', () => load.sent() > sentAtDeath + 200);
    await runtime.up();
    await kubectl('rollout status deployment/web --timeout=180s');
    await kubectl('wait --for=condition=Ready node --all --timeout=180s');
    const { failures } = await load.stop();

    expect(failures).toEqual([]);
    expect(await containers()).toEqual(before);
    expect(await kubectl('get pods -o jsonpath={.items[*].status.containerStatuses[0].restartCount}')).toBe('0 0');
  });

  it('loses nothing that was acknowledged', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const pid = runtime.pid();
      const writers = [0, 1].map(async (writer) => {
        for (let index = 0; ; index += 1) {
          const name = `kept-${round}-${writer}-${index}`;
          const { code } = await kubectl.try(['create', 'configmap', name, '--from-literal=a=b', '--request-timeout=3s']);
          if (code !== 0) return;
          acknowledged.push(name);
        }
      });
      const target = acknowledged.length + 3 + Math.floor(Math.random() * 6);
      await eventually('some writes are acknowledged', () => acknowledged.length >= target);
      process.kill(pid, 'SIGKILL');
      await Promise.all(writers);
      await runtime.up();
    }
    const stored = new Set((await kubectl('get configmaps -o jsonpath={.items[*].metadata.name}')).split(' '));
    expect(acknowledged.filter((name) => !stored.has(name))).toEqual([]);
  });

  it('stop leaves the pods, and up finds them', async () => {
    const before = await containers();
    await runtime.twelve(['stop', ...runtime.target()]);
    expect(await containers()).toEqual(before);
    await runtime.up();
    await kubectl('rollout status deployment/web --timeout=180s');
    expect(await containers()).toEqual(before);
  });

  it('a second one of its name, with other data, is refused, and cannot take its pods down', async () => {
    const before = await containers();
    const second = new TestRuntime();
    const target = ['--name', runtime.name, '--data-dir', second.dataDirectory];
    for (const words of [['up', ...target], ['down', '--purge', ...target]]) {
      expect((await second.try(words)).err).toContain(`process ${runtime.pid()} of this host runs a runtime named "${runtime.name}" with another data directory`);
    }
    expect(await containers()).toEqual(before);
    await second.end();
  });

  it('down leaves no container, network, table or process behind, also after a kill', async () => {
    const pid = runtime.pid();
    process.kill(pid, 'SIGKILL');
    await runtime.twelve(['down', '--purge', ...runtime.target()]);
    expect(await containers()).toEqual([]);
    expect(await run('docker', ['ps', '-aq', '--filter', `label=cdk8s-twelve-factor/runtime=${runtime.name}`])).toBe('');
    expect(execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' })).not.toContain(runtime.name);
    expect(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' })).not.toContain(runtime.name.replaceAll('-', '_'));
    // A dead process that init has not yet collected has no command line any more.
    expect((await tryRun('cat', [`/proc/${pid}/cmdline`])).out).toBe('');
    expect((await tryRun('pgrep', ['-f', runtime.dataDirectory])).out).toBe('');
    await runtime.twelve(['down', '--purge', ...runtime.target()]);
  });
});
