import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/base/clock';
import { watchProgram, type WatchResult } from '../../lib/apply/synth/watch-program';

const program = (image: string) => `
import { Image, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
import { replicas } from './replicas';
const app = new TwelveFactorApp('shop');
new Worker(app, 'mailer', { image: Image.reference('${image}'), args: [String(replicas)] });
app.synth();`;

describe('a watched program', () => {
  const abort = new AbortController();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-watch-'));
  const results: WatchResult[] = [];
  let told: () => void = () => undefined;
  let watching: Promise<void>;

  beforeEach(() => {
    save('main.ts', program('shop:1'));
    save('replicas.ts', 'export const replicas = 1;');
    watching = watchProgram({
      file: path.join(folder, 'main.ts'), cwd: folder, outdir: path.join(folder, 'dist'), environment: process.env, clock: systemClock, signal: abort.signal,
      onOutput: () => undefined,
      onRun: (result) => {
        results.push(result);
        told();
      },
    });
  });
  afterEach(async () => {
    abort.abort();
    await watching;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const save = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  /** A save may be noticed in two parts, so what counts is what the runs come to. */
  const until = async (holds: () => boolean) => {
    while (results.length === 0 || !holds()) await new Promise<void>((resolve) => (told = resolve));
  };
  const last = () => results[results.length - 1];
  const failure = () => (last().failure instanceof Error ? (last().failure as Error).message : '');
  const yaml = () => fs.readFileSync(path.join(folder, 'dist/shop.k8s.yaml'), 'utf8');

  it('is synthesized again when one of its files is saved, keeps the last YAML through a mistake, and goes on after it', async () => {
    await until(() => yaml().includes('shop:1'));
    expect(results[0].changed).toEqual(['shop.k8s.yaml']);

    save('replicas.ts', 'export const replicas = 7;');
    await until(() => yaml().includes('"7"'));

    save('replicas.ts', 'export const replicas = ;');
    await until(() => failure().includes('replicas.ts:1:25'));
    expect(yaml()).toContain('"7"');

    save('replicas.ts', 'export const replicas = 7; // the same');
    await until(() => !last().failure);
    expect(last().changed).toEqual([]);
  });
});
