import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../lib/store/memory';
import { openSqliteBackend } from '../../lib/store/sqlite';
import { storeContract } from './store';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-store-'));
let counter = 0;
const newFile = () => path.join(folder, `${(counter += 1)}.db`);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

storeContract('memory', (options) => new MemoryBackend<string>(options));
storeContract('sqlite', (options) => openSqliteBackend<string>(newFile(), options));

describe('sqlite', () => {
  it('finds everything again after it was closed, and goes on counting', async () => {
    const file = newFile();
    const before = openSqliteBackend<string>(file);
    await before.create('/pods/a', 'こんにちは');
    await before.create('/pods/b', 'two');
    await before.delete('/pods/b');
    const { revision } = before;
    await before.close();
    const after = openSqliteBackend<string>(file);
    expect(after.revision).toBe(revision);
    expect(after.list('/').entries.map(({ key, value }) => [key, value])).toEqual([['/pods/a', 'こんにちは']]);
    await after.close();
  });

  it('loses nothing that was acknowledged when its process is killed at a random moment', async () => {
    const script = path.join(folder, 'writer.cjs');
    buildSync({ entryPoints: [path.join(__dirname, 'store-writer.ts')], outfile: script, bundle: true, platform: 'node', format: 'cjs', external: ['libsql'], absWorkingDir: process.cwd() });
    const file = newFile();
    const acknowledged = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const stopAfter = acknowledged.size + 20 + Math.floor(Math.random() * 200);
      await new Promise<void>((resolve) => {
        const child = spawn(process.execPath, [script, file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_PATH: path.resolve('node_modules') } });
        let rest = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const key of lines) acknowledged.add(key);
          if (acknowledged.size >= stopAfter) child.kill('SIGKILL');
        });
        child.on('close', () => resolve());
      });
    }
    const store = openSqliteBackend<string>(file);
    const kept = new Set(store.list('/').entries.map(({ key }) => key));
    await store.close();
    expect(acknowledged.size).toBeGreaterThan(80);
    expect([...acknowledged].filter((key) => !kept.has(key))).toEqual([]);
  });
});
