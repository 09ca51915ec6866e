import { fork } from 'node:child_process';
import { measureCluster, type ScaleResult } from './scale/measure-cluster';
import { runProbe, type ProbeAccess } from './scale/probe';
import { format } from './statistics';

const SIZES = [1_000, 3_000, 10_000];
const NODES = 500;

/**
 * The whole control plane with the durable store, and 500 real kubelets whose container runtime is in memory, in one process per size; pods come from 100 Deployments.
 * Single-object requests are timed by another process over HTTPS meanwhile. Targets: 300 pods/s bound, 1.2 GB, p99 100 ms at 10,000 pods.
 * `scale.js cluster <pods> [nodes]` measures one size in this process, for a profiler.
 */
async function main([mode, ...words]: readonly string[]): Promise<void> {
  if (mode === 'probe') return runProbe(JSON.parse(words[0]) as ProbeAccess);
  if (mode === 'cluster') {
    const result = await measureCluster({ pods: Number(words[0]), nodes: Number(words[1] ?? NODES), program: __filename });
    if (process.send) process.send(result);
    else print(result);
    return process.exit();
  }
  const results: ScaleResult[] = [];
  for (const pods of mode ? [Number(mode)] : SIZES) {
    results.push(await inOwnProcess(pods));
    print(results[results.length - 1]);
  }
  const [first, last] = [results[0], results[results.length - 1]];
  if (first === last) return;
  const growth = (of: (result: ScaleResult) => number) => `× ${(of(last) / of(first)).toFixed(2)}`;
  console.log(`from ${first.pods} to ${last.pods} pods: bound/s ${growth(({ boundPerSecond }) => boundPerSecond)}, Running/s ${growth(({ runningPerSecond }) => runningPerSecond)}, `
    + `CPU per pod ${growth(({ cpuPerPod }) => cpuPerPod)}, RSS ${growth(({ peakRss }) => peakRss)}, GET p99 ${growth(({ latencies: { GET } }) => GET.p99)}, `
    + `CREATE p99 ${growth(({ latencies: { CREATE } }) => CREATE.p99)}, PATCH p99 ${growth(({ latencies: { PATCH } }) => PATCH.p99)}`);
}

function inOwnProcess(pods: number): Promise<ScaleResult> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, ['cluster', String(pods)]);
    child.once('message', (result) => resolve(result as ScaleResult));
    child.once('exit', (code) => reject(new Error(`the cluster of ${pods} pods ended with ${code}`)));
  });
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

function print({ pods, nodes, boundPerSecond, runningPerSecond, cpuPerPod, idleRss, peakRss, heap, latencies }: ScaleResult): void {
  console.log(`${pods} pods on ${nodes} nodes: ${boundPerSecond.toFixed(0)} bound/s, ${runningPerSecond.toFixed(0)} Running/s, ${format(cpuPerPod)} of CPU per pod; `
    + `RSS ${megabytes(idleRss)} before, ${megabytes(peakRss)} at most, live heap ${megabytes(heap)} after`);
  for (const [verb, { p50, p99, count }] of Object.entries(latencies)) console.log(`  ${verb.padEnd(6)} p50 ${format(p50)}  p99 ${format(p99)}  n=${count}`);
}

void main(process.argv.slice(2));
