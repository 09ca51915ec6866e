import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { packageFile } from '../../base/package-root';
import { prepareCreateProblems, provideCreateProblems } from '../schemas/create-problems';
import type { ReadManifest } from '../read-manifests';
import { claim, END, type Batches, type BatchResult } from './messages';

/** A thread costs 60 ms until it works: that is worth it from here on, given a second core. */
export const isWorthThread = (bytes: number): boolean => bytes > 1_000_000 && availableParallelism() > 1;

/** Documents that are taken at once. */
const BATCH = 64;

interface Batch {
  readonly manifests: readonly ReadManifest[];
  /** True for the one thread that works on it. */
  readonly tryClaim: () => boolean;
}

/**
 * Works out what the API server has against the objects of many documents, by far the most that a check does, in a second thread and in this one: that takes batches from the first,
 * while the others are still being read, and this one from the last, until they meet. The results lie ready for the rules then.
 */
export class ProblemsThread {
  private readonly worker = new Worker(packageFile('build/lib/check/parallel/worker.js'), { resourceLimits: { maxYoungGenerationSizeMb: 64 } });
  private readonly results: BatchResult[] = [];
  private readonly ended: Promise<void>;
  private readonly batches: Batch[] = [];

  /** The thread loads what it needs while the first documents are read. */
  constructor() {
    this.ended = new Promise((resolve) => {
      this.worker.on('message', (message: BatchResult | typeof END) => {
        if (message === END) resolve();
        else this.results.push(message);
      });
      // What it has not told is worked out by the rules, with the error where it belongs.
      this.worker.on('error', () => resolve()).on('exit', () => resolve());
    });
  }

  /** What was read of a file. */
  add(manifests: readonly ReadManifest[]): void {
    const added = batchesOf(manifests);
    const claims = new Int32Array(new SharedArrayBuffer(added.length * Int32Array.BYTES_PER_ELEMENT));
    const batches = added.map((batch) => [...new Set(batch.map(({ origin }) => origin.text))].map((text) => text()));
    this.worker.postMessage({ first: this.batches.length, batches, claims } satisfies Batches);
    for (const [index, batch] of added.entries()) this.batches.push({ manifests: batch, tryClaim: () => claim(claims, index) });
  }

  /** Takes what the thread has not taken, and waits for it. */
  async finish(): Promise<void> {
    this.worker.postMessage(END);
    for (const { manifests, tryClaim } of [...this.batches].reverse()) {
      if (tryClaim()) for (const { object } of manifests) prepareCreateProblems(object);
    }
    await this.ended;
    for (const result of this.results) this.provide(result);
  }

  private provide({ batch, documents }: BatchResult): void {
    const told = new Map(documents.map(({ document, problems }) => [document, problems]));
    let document = -1;
    let position = 0;
    let before: unknown;
    for (const { object, origin: { text } } of this.batches[batch].manifests) {
      [document, position] = text === before ? [document, position + 1] : [document + 1, 0];
      before = text;
      const problems = told.has(document) ? told.get(document)?.[position] : [];
      if (problems) provideCreateProblems(object, problems);
    }
  }
}

/** Whole documents: the objects of a List stay together. */
function batchesOf(manifests: readonly ReadManifest[]): readonly (readonly ReadManifest[])[] {
  const batches: ReadManifest[][] = [];
  let before: unknown;
  for (const manifest of manifests) {
    const last = batches.at(-1);
    if (last && (last.length < BATCH || manifest.origin.text === before)) last.push(manifest);
    else batches.push([manifest]);
    before = manifest.origin.text;
  }
  return batches;
}
