import http from 'node:http';
import { kubectlFor, kubectlVersions } from '../e2e/harness/kubectl';
import { TestRuntime } from '../e2e/harness/runtime';
import { webManifest } from '../e2e/harness/web-manifest';

const SECONDS = 5;

/** Requests a second to the same pod by its own address and by the Service's, kept-alive connections, alternating. Budget: ratio 0.85. */
async function main() {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: kubectlVersions(['1.28'])[0].program, kubeconfig: runtime.kubeconfig });
  try {
    await runtime.up();
    await kubectl('apply -f -', { input: webManifest({ name: 'web', service: 'ClusterIP' }) });
    await kubectl('rollout status deployment/web --timeout=60s');
    const pod = await kubectl('get pods -l app=web -o jsonpath={.items[0].status.podIP}');
    const service = await kubectl('get service web -o jsonpath={.spec.clusterIP}');
    const rates = { pod: 0, service: 0 };
    for (let round = 0; round < 3; round += 1) {
      rates.pod += await measure(`http://${pod}/`);
      rates.service += await measure(`http://${service}/`);
    }
    console.log(`pod address ${(rates.pod / 3).toFixed(0)} req/s, service address ${(rates.service / 3).toFixed(0)} req/s, ratio ${(rates.service / rates.pod).toFixed(2)} (budget 0.85)`);
  } finally {
    await runtime.end();
  }
}

async function measure(url: string): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  let count = 0;
  const end = Date.now() + SECONDS * 1000;
  const one = () => new Promise<void>((resolve, reject) => http.get(url, { agent }, (response) => response.resume().on('end', resolve)).on('error', reject));
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (Date.now() < end) {
      await one();
      count += 1;
    }
  }));
  agent.destroy();
  return count / SECONDS;
}

void main();
