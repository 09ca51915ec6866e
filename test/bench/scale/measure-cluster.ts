import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../../lib/base/clock';
import { silentLogger } from '../../../lib/base/logger';
import type { Client } from '../../../lib/client/client';
import { InformerFactory } from '../../../lib/client/informer-factory';
import { isPodReady } from '../../../lib/api/pods';
import type { Latencies, ProbeAccess } from './probe';
import { startScaleCluster } from './scale-cluster';

export interface ScaleOptions {
  readonly pods: number;
  readonly nodes: number;
  /** The compiled benchmark: is run again as the probe. */
  readonly program: string;
}

export interface ScaleResult {
  readonly pods: number;
  readonly nodes: number;
  readonly boundPerSecond: number;
  /** Running and ready, as their kubelets say in the API. */
  readonly runningPerSecond: number;
  /** Milliseconds of this process until all were running. */
  readonly cpuPerPod: number;
  readonly idleRss: number;
  readonly peakRss: number;
  /** Bytes in use after a garbage collection when all were running. */
  readonly heap: number;
  readonly latencies: Latencies;
}

const DEPLOYMENTS = 100;

export async function measureCluster({ pods, nodes, program }: ScaleOptions): Promise<ScaleResult> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-scale-'));
  // The store is on the disk; what 500 nodes write would be on 500 disks.
  const nodeFiles = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'twelve-scale-nodes-'));
  const stopping = new AbortController();
  try {
    const { client, access } = await startScaleCluster({ directory, nodeFiles, nodes }, stopping.signal);
    const progress = await followPods(client, pods, stopping.signal);
    const idleRss = process.memoryUsage.rss();
    let peakRss = idleRss;
    const sampling = setInterval(() => { peakRss = Math.max(peakRss, process.memoryUsage.rss()); }, 100);
    const probe = await startProbe(program, access);
    const started = performance.now();
    const cpu = process.cpuUsage();
    for (let n = 0; n < DEPLOYMENTS; n++) await createDeployment(client, `web-${n}`, pods / DEPLOYMENTS);
    const bound = await progress.bound - started;
    const running = await progress.running - started;
    const { user, system } = process.cpuUsage(cpu);
    const latencies = await stopProbe(probe);
    clearInterval(sampling);
    return {
      pods, nodes, boundPerSecond: pods / (bound / 1000), runningPerSecond: pods / (running / 1000), cpuPerPod: (user + system) / 1000 / pods, idleRss, peakRss, heap: liveHeap(), latencies,
    };
  } finally {
    stopping.abort();
    execFileSync('rm', ['-rf', directory, nodeFiles]);
  }
}

async function createDeployment(client: Client, name: string, replicas: number): Promise<void> {
  const labels = { app: name };
  const container = { name: 'main', image: 'busybox:1.35', resources: { requests: { cpu: '10m', memory: '16Mi' } } };
  await client.create({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'default' },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  } as Parameters<Client['create']>[0]);
}

/** When all pods were bound, and when all were ready. */
async function followPods(client: Client, wanted: number, signal: AbortSignal) {
  const informers = new InformerFactory(client, { clock: systemClock, logger: silentLogger });
  let [bound, running] = [0, 0];
  let [allBound, allRunning] = [(_time: number) => {}, (_time: number) => {}];
  const result = { bound: new Promise<number>((resolve) => { allBound = resolve; }), running: new Promise<number>((resolve) => { allRunning = resolve; }) };
  informers.onChange('Pod', (change) => {
    const old = change.type === 'modified' ? change.old : undefined;
    if (change.object.spec.nodeName && !old?.spec.nodeName && ++bound === wanted) allBound(performance.now());
    if (isPodReady(change.object) && !(old && isPodReady(old)) && ++running === wanted) allRunning(performance.now());
  });
  await informers.start(signal);
  return result;
}

async function startProbe(program: string, access: ProbeAccess): Promise<ChildProcess> {
  const child = fork(program, ['probe', JSON.stringify(access)]);
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return child;
}

function stopProbe(child: ChildProcess): Promise<Latencies> {
  return new Promise((resolve, reject) => {
    child.once('message', (latencies) => resolve(latencies as Latencies));
    child.once('exit', (code) => reject(new Error(`the probe ended with ${code}`)));
    child.send('stop');
  });
}

function liveHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
