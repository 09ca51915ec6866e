/** A thread that works out what the API server has against objects, from the first batch to the last, until it meets the main thread. Not to be imported. */
import { parentPort } from 'node:worker_threads';
import { tryResourceOf } from '../../api/kinds';
import { validateForCreate } from '../../api/validate-for-create';
import { readManifests } from '../read-manifests';
import { claim, END, type Batches, type BatchResult, type DocumentProblems } from './messages';

parentPort?.on('message', (message: Batches | typeof END) => {
  if (message === END) {
    parentPort?.postMessage(END);
    return parentPort?.close();
  }
  const { first, batches, claims } = message;
  for (const [index, bodies] of batches.entries()) {
    if (!claim(claims, index)) continue;
    const documents = bodies.flatMap((body, document) => tryProblems(body, document) ?? []);
    parentPort?.postMessage({ batch: first + index, documents } satisfies BatchResult);
  }
});

function tryProblems(body: string, document: number): DocumentProblems | undefined {
  const problems = readManifests(body, '').manifests.map(({ object }) => {
    const kind = tryResourceOf(object.kind, object.apiVersion);
    return kind ? validateForCreate(object, kind) : null;
  });
  return problems.some((found) => found === null || found.length > 0) ? { document, problems } : undefined;
}
