import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { kubectlFor, kubectlVersions } from '../e2e/harness/kubectl';
import { TestRuntime } from '../e2e/harness/runtime';
import { webManifest } from '../e2e/harness/web-manifest';
import { processorTicks } from './processor-ticks';

const SECONDS = 60;

/** Memory and processor time of a runtime with two pods and nothing to do, over a minute. Budget: 120 MB, 1 % of a core. */
async function main() {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: kubectlVersions(['1.28'])[0].program, kubeconfig: runtime.kubeconfig });
  try {
    await runtime.up();
    await kubectl('apply -f -', { input: webManifest({ name: 'web', replicas: 2, service: 'ClusterIP', container: { readinessProbe: undefined } }) });
    await kubectl('rollout status deployment/web --timeout=60s');
    await pause(10_000);
    const before = processorTicks(runtime.pid());
    await pause(SECONDS * 1000);
    const share = (processorTicks(runtime.pid()) - before) / 100 / SECONDS;
    const memory = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${runtime.pid()}/status`, 'utf8'))?.[1];
    console.log(`idle over ${SECONDS} s: ${(Number(memory) / 1024).toFixed(0)} MiB resident, ${(share * 100).toFixed(2)} % of a core`);
  } finally {
    await runtime.end();
  }
}

void main();
