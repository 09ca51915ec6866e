import { openSqliteBackend } from '../../lib/store/sqlite';

/** Writes until it is killed, and names each key only after the store has acknowledged it. */
async function main(file: string, round: string): Promise<void> {
  const store = openSqliteBackend<string>(file);
  await Promise.all([0, 1, 2].map(async (writer) => {
    for (let index = 0; index < 100_000; index += 1) {
      const { key } = await store.create(`/k/${round}/${writer}/${index}`, 'x'.repeat(500));
      process.stdout.write(`${key}\n`);
    }
  }));
}

void main(process.argv[2], process.argv[3]);
