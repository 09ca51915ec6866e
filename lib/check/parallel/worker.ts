/** A thread that works out what the API server has against objects, from the last batch to the first, until it meets the main thread. Not to be imported. */
import { parentPort } from 'node:worker_threads';
import { tryResourceOf } from '../../api/kinds';
import { validateForCreate } from '../../api/validate-for-create';
import { readManifests } from '../read-manifests';
import { claim, type BatchResult, type DocumentProblems, type ThreadData } from './messages';

parentPort?.once('message', ({ batches, claims }: ThreadData) => {
  for (let batch = batches.length - 1; batch >= 0; batch--) {
    if (!claim(claims, batch)) continue;
    const documents = batches[batch].flatMap((body, document) => tryProblems(body, document) ?? []);
    parentPort?.postMessage({ batch, documents } satisfies BatchResult);
  }
  parentPort?.close();
});

function tryProblems(body: string, document: number): DocumentProblems | undefined {
  const problems = readManifests(body, '').manifests.map(({ object }) => {
    const kind = tryResourceOf(object.kind, object.apiVersion);
    return kind ? validateForCreate(object, kind) : null;
  });
  return problems.some((found) => found === null || found.length > 0) ? { document, problems } : undefined;
}
