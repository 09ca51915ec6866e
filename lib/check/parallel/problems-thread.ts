import { Worker } from 'node:worker_threads';
import { packageFile } from '../../base/package-root';
import { prepareCreateProblems, provideCreateProblems } from '../schemas/create-problems';
import type { ReadManifest } from '../read-manifests';
import { claim, type BatchResult, type ThreadData } from './messages';

/** Documents that are taken at once. */
const BATCH = 64;

/**
 * Works out what the API server has against the objects of many documents, by far the most that a check does, in a second thread and in this one: each takes batches from its end
 * until they meet. The results lie ready for the rules then.
 */
export class ProblemsThread {
  private readonly worker = new Worker(packageFile('build/lib/check/parallel/worker.js'), { resourceLimits: { maxYoungGenerationSizeMb: 64 } });
  private readonly results: BatchResult[] = [];
  private readonly ended: Promise<void>;
  private batches: readonly (readonly ReadManifest[])[] = [];
  private claims = new Int32Array(new SharedArrayBuffer(0));

  /** The thread loads what it needs while the documents are read. */
  constructor() {
    this.worker.on('message', (result: BatchResult) => this.results.push(result));
    // What it has not told is worked out by the rules, with the error where it belongs.
    this.ended = new Promise((resolve) => this.worker.on('error', () => resolve()).on('exit', () => resolve()));
  }

  start(manifests: readonly ReadManifest[]): void {
    this.batches = batchesOf(manifests);
    this.claims = new Int32Array(new SharedArrayBuffer(this.batches.length * Int32Array.BYTES_PER_ELEMENT));
    const batches = this.batches.map((batch) => [...new Set(batch.map(({ origin }) => origin.text))].map((text) => text()));
    this.worker.postMessage({ batches, claims: this.claims } satisfies ThreadData);
  }

  /** Takes what the thread has not taken, and waits for it. */
  async finish(): Promise<void> {
    for (const [index, batch] of this.batches.entries()) {
      if (claim(this.claims, index)) for (const { object } of batch) prepareCreateProblems(object);
    }
    await this.ended;
    for (const result of this.results) this.provide(result);
  }

  private provide({ batch, documents }: BatchResult): void {
    const told = new Map(documents.map(({ document, problems }) => [document, problems]));
    let document = -1;
    let position = 0;
    let before: unknown;
    for (const { object, origin: { text } } of this.batches[batch]) {
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
