import { openClient } from './open-client';
import { TestRuntime } from '../e2e/harness/runtime';
import { format, quantile, timed } from './statistics';

const COUNT = 2_000;

/** Creates of a ConfigMap of 2 KB over HTTPS, each acknowledged after it is on disk. Budget: p50 1.5 ms, p99 10 ms. */
async function main() {
  const runtime = new TestRuntime();
  try {
    await runtime.up();
    const client = await openClient(runtime);
    const write = (index: number) => client.create('/api/v1/namespaces/default/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `bench-${index}` }, data: { value: 'x'.repeat(2_000) } });
    for (let index = 0; index < 200; index += 1) await write(index);
    const sequential: number[] = [];
    for (let index = 200; index < 200 + COUNT; index += 1) sequential.push(await timed(() => write(index)));
    sequential.sort((a, b) => a - b);
    console.log(`one at a time: p50 ${format(quantile(sequential, 0.5))}  p99 ${format(quantile(sequential, 0.99))}  n=${COUNT}`);
    let next = 10_000;
    const all = await timed(() => Promise.all(Array.from({ length: 16 }, async () => {
      for (let round = 0; round < COUNT / 16; round += 1) await write((next += 1));
    })));
    console.log(`16 at a time: ${(COUNT / (all / 1000)).toFixed(0)} writes/s`);
  } finally {
    await runtime.end();
  }
}

void main();
