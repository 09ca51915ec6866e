import { kubectlFor, kubectlVersions } from '../e2e/harness/kubectl';
import { TestRuntime } from '../e2e/harness/runtime';
import { report, timed, format } from './statistics';

/** `twelve up` (keys made, then present) and from there to the first own pod Ready. Budget: 3 s to the first pod with images present. */
async function main() {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: kubectlVersions(['1.28'])[0].program, kubeconfig: runtime.kubeconfig });
  try {
    console.log(`up, first start (makes keys)${' '.repeat(17)}${format(await timed(() => runtime.up()))}`);
    const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'first' }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox:1.35', command: ['sleep', '600'] }] } });
    const ups: number[] = [];
    const pods: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await kubectl.try('delete pod first --now');
      await runtime.twelve(['stop', ...runtime.target()]);
      const start = performance.now();
      await runtime.up();
      ups.push(performance.now() - start);
      await kubectl('apply -f -', { input: pod });
      await kubectl('wait --for=condition=Ready pod/first --timeout=30s');
      pods.push(performance.now() - start);
    }
    report('up, keys present, to node Ready', ups);
    report('up + kubectl apply + pod Ready', pods);
  } finally {
    await runtime.end();
  }
}

void main();
