import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tryRun } from '../e2e/harness/command';
import { kubectlFor, kubectlVersions } from '../e2e/harness/kubectl';
import { TestRuntime } from '../e2e/harness/runtime';
import { startCountingProxy } from './apply/counting-proxy';
import { type Tool, toolsIn } from './apply/tools';
import { measure, type Run } from './measure-process';
import { format, quantile } from './statistics';

const PHASES = ['first', 'no change', 'one change'] as const;
type Phase = typeof PHASES[number];
type Results = ReadonlyMap<Phase, readonly Run[]>;

/**
 * `twelve apply` beside kubectl and helm: the same objects to the same server in the same run, each a whole process, in namespaces of their own. We wait until all is ready, they do not.
 * Budgets: no change 1 s for 100 objects and no write; the first apply of 1,000 objects to the bundled runtime 30 s.
 * `--kubeconfig <file>`: another cluster than a bundled runtime of its own. `--objects <count>`: one size.
 */
async function main(words: readonly string[]): Promise<void> {
  const option = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-bench-'));
  const foreign = option('--kubeconfig');
  const runtime = foreign ? undefined : new TestRuntime();
  try {
    await runtime?.up();
    const cluster: Cluster = { kubeconfig: foreign ?? runtime?.kubeconfig ?? '', folder, server: runtime?.pid() };
    for (const count of option('--objects') ? [Number(option('--objects'))] : [100, 1000]) await compare(count, cluster);
  } finally {
    await runtime?.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

interface Cluster {
  readonly kubeconfig: string;
  readonly folder: string;
  /** The runtime's process, where it is one of ours. */
  readonly server: number | undefined;
}

async function compare(count: number, cluster: Cluster): Promise<void> {
  console.log(`${count} objects; ${os.availableParallelism()} cores`);
  const tools = toolsIn(path.join(cluster.folder, String(count)), (label) => `bench-${label}-${count}-${process.pid}`);
  await withNamespaces(tools, cluster, async () => {
    const rounds = count > 500 ? 1 : 5;
    const results = new Map(tools.map(({ label }) => [label, new Map<Phase, Run[]>()]));
    const peaks = new Map<string, number>();
    for (let round = 0; round < rounds; round += 1) {
      for (const phase of PHASES) {
        if (phase === 'first' && round > 0) continue;
        for (const tool of tools) { // in turn: what disturbs the machine disturbs all
          if (phase !== 'no change') tool.write(count, phase === 'first' ? 0 : round + 1);
          resetPeak(cluster.server);
          const run = measured(tool, cluster.kubeconfig);
          peaks.set(tool.label, Math.max(peaks.get(tool.label) ?? 0, peakOf(cluster.server)));
          const runs = results.get(tool.label);
          runs?.set(phase, [...runs.get(phase) ?? [], run]);
        }
      }
    }
    print(results, peaks);
  });
  if (count <= 100) await printRequests(count, cluster);
}

function measured(tool: Tool, kubeconfig: string): Run {
  const run = measure(tool.words(kubeconfig), { env: tool.env });
  if (run.code !== 0) throw new Error(`${tool.words(kubeconfig).join(' ')} ended with ${run.code}\n${run.output}${run.errors}`);
  return run;
}

async function withNamespaces(tools: readonly Tool[], { kubeconfig }: Cluster, action: () => Promise<void>): Promise<void> {
  const kubectl = kubectlFor({ program: kubectlVersions(['1.28'])[0].program, kubeconfig });
  for (const { namespace } of tools) await kubectl(['create', 'namespace', namespace]);
  try {
    await action();
  } finally {
    await kubectl(['delete', 'namespace', ...tools.map(({ namespace }) => namespace), '--wait=false']);
  }
}

function print(results: ReadonlyMap<string, Results>, peaks: ReadonlyMap<string, number>): void {
  const median = (runs: readonly Run[], of: (run: Run) => number) => quantile(runs.map(of).sort((a, b) => a - b), 0.5);
  const ours = [...results.values()][0];
  for (const [label, phases] of results) {
    const cells = [...phases].map(([phase, runs]) => {
      const time = median(runs, ({ milliseconds }) => milliseconds);
      const ratio = median(ours.get(phase) ?? [], ({ milliseconds }) => milliseconds) / time;
      return `${phase} ${format(time)} (cpu ${format(median(runs, ({ cpu }) => cpu))}${phases === ours ? '' : `, ratio ${ratio.toFixed(2)}`})`;
    });
    const memory = Math.max(...[...phases.values()].flat().map(({ kilobytes }) => kilobytes)) / 1024;
    console.log(`${label.padEnd(30)} ${cells.join('   ')}   memory ${memory.toFixed(0)} MB${peaks.get(label) ? `, of the runtime ${peaks.get(label)} MB` : ''}`);
  }
}

/** Once more, through a proxy that counts. */
async function printRequests(count: number, cluster: Cluster): Promise<void> {
  const proxy = await startCountingProxy(cluster.kubeconfig);
  try {
    const counted = path.join(cluster.folder, 'counted');
    fs.writeFileSync(counted, proxy.kubeconfig);
    const tools = toolsIn(path.join(cluster.folder, 'requests'), (label) => `bench-${label}-counted-${process.pid}`);
    await withNamespaces(tools, cluster, async () => {
      for (const tool of tools) {
        const cells: string[] = [];
        for (const phase of PHASES) {
          tool.write(count, phase === 'one change' ? 1 : 0);
          const [program, ...args] = tool.words(counted);
          const { code, out, err } = await tryRun(program, args, { env: tool.env });
          if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${out}${err}`);
          const { reads, dryRuns, writes } = proxy.take();
          cells.push(`${phase} ${reads} reads, ${dryRuns} dry runs, ${writes} writes`);
        }
        console.log(`${`  requests of ${tool.label}`.padEnd(43)} ${cells.join('   ')}`);
      }
    });
  } finally {
    proxy.close();
  }
}

/** The most memory since the last reset, in MB. 0 for a server that is not ours. */
function peakOf(pid: number | undefined): number {
  if (pid === undefined) return 0;
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
}

function resetPeak(pid: number | undefined): void {
  if (pid !== undefined) fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

void main(process.argv.slice(2));
