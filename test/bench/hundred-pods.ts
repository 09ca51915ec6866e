import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from '../e2e/harness/command';
import { kubectlFor, kubectlVersions } from '../e2e/harness/kubectl';
import { TestRuntime } from '../e2e/harness/runtime';
import { processorTicks } from './processor-ticks';
import { report, timed } from './statistics';

const COUNT = 100;
const SECONDS = 60;
const command = ['sleep', '3600'];

/** 100 pods on one host: until all are Ready, against as many plain containers (8 at a time, one each) in the same run; then what they cost a runtime with nothing to do. Budget: 3 % of a core. */
async function main() {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: kubectlVersions(['1.28'])[0].program, kubeconfig: runtime.kubeconfig });
  try {
    const plain = report(`docker run: ${COUNT} containers, 8 at a time`, [await timed(() => plainContainers(runtime.name))]);
    await run('sh', ['-c', `docker ps -aq --filter name=^${runtime.name}-c | xargs docker rm -f`]);
    await runtime.up();
    const ours = report(`${COUNT} pods to Ready`, [await timed(() => replicas(kubectl))]);
    console.log(`ratio ${(ours / plain).toFixed(2)}`);
    await pause(15_000);
    const before = processorTicks(runtime.pid());
    await pause(SECONDS * 1000);
    const share = (processorTicks(runtime.pid()) - before) / 100 / SECONDS;
    const memory = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${runtime.pid()}/status`, 'utf8'))?.[1];
    console.log(`steady over ${SECONDS} s with ${COUNT} pods: ${(share * 100).toFixed(2)} % of a core (budget 3 %), ${(Number(memory) / 1024).toFixed(0)} MiB resident`);
  } finally {
    await run('sh', ['-c', `docker ps -aq --filter name=^${runtime.name}-c | xargs -r docker rm -f`]);
    await runtime.end();
  }
}

async function plainContainers(name: string) {
  const names = Array.from({ length: COUNT }, (_, index) => `${name}-c${index}`);
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let next = names.pop(); next; next = names.pop()) await run('docker', ['run', '-d', '--name', next, 'busybox:1.35', ...command]);
  }));
}

async function replicas(kubectl: ReturnType<typeof kubectlFor>) {
  const labels = { app: 'many' };
  await kubectl('apply -f -', {
    input: JSON.stringify({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'many' },
      spec: { replicas: COUNT, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox:1.35', command }] } } },
    }),
  });
  await kubectl('rollout status deployment/many --timeout=300s', { limit: 320_000 });
}

void main();
