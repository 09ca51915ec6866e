import { run } from '../e2e/harness/command';
import { kubectlFor, kubectlVersions, type Kubectl } from '../e2e/harness/kubectl';
import { TestRuntime } from '../e2e/harness/runtime';
import { openClient } from './open-client';
import { report, timed, repeat } from './statistics';

const command = ['sleep', '600'];

/** One pod from create to Running, and 50 replicas, against two plain containers (sandbox and app) on a Docker bridge network in the same run. */
async function main() {
  const runtime = new TestRuntime();
  await run('docker', ['network', 'create', runtime.name]);
  const kubectl = kubectlFor({ program: kubectlVersions(['1.28'])[0].program, kubeconfig: runtime.kubeconfig });
  try {
    await runtime.up();
    let index = 0;
    const plain = report('docker: sandbox + app on a bridge network', await repeat(10, () => plainPod(runtime.name, `${runtime.name}-${(index += 1)}`)));
    const ours = report('one pod, create to Running', await repeat(10, () => onePod(runtime, `one-${(index += 1)}`)));
    console.log(`ratio ${(ours / plain).toFixed(2)} (budget 0.7)`);
    const compose = report('docker: 50 single containers, 8 at a time', [await timed(() => plainContainers(runtime.name, 50))]);
    const fifty = report('50 replicas to Ready', [await timed(() => replicas(kubectl, 50))]);
    console.log(`ratio ${(fifty / compose).toFixed(2)} (budget 0.7 of compose)`);
  } finally {
    await run('sh', ['-c', `docker ps -aq --filter name=^${runtime.name} | xargs -r docker rm -f`]);
    await runtime.end();
    await run('docker', ['network', 'rm', runtime.name]);
  }
}

async function plainPod(network: string, name: string) {
  await run('docker', ['run', '-d', '--name', `${name}-sandbox`, '--network', network, 'busybox:1.35', ...command]);
  await run('docker', ['run', '-d', '--name', `${name}-app`, '--network', `container:${name}-sandbox`, 'busybox:1.35', ...command]);
}

async function plainContainers(name: string, count: number) {
  const names = Array.from({ length: count }, (_, index) => `${name}-c${index}`);
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let next = names.pop(); next; next = names.pop()) await run('docker', ['run', '-d', '--name', next, '--network', name, 'busybox:1.35', ...command]);
  }));
}

async function onePod(runtime: TestRuntime, name: string) {
  const client = await openClient(runtime);
  const running = client.untilPod('default', name, (status) => status.phase === 'Running');
  await client.create('/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox:1.35', command }] } });
  await running;
}

async function replicas(kubectl: Kubectl, count: number) {
  const labels = { app: 'many' };
  await kubectl('apply -f -', {
    input: JSON.stringify({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'many' },
      spec: { replicas: count, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox:1.35', command }] } } },
    }),
  });
  await kubectl('rollout status deployment/many --timeout=120s');
}

void main();
