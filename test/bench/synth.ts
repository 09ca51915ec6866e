import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { systemClock } from '../../lib/base/clock';
import { watchProgram } from '../../lib/apply/synth/watch-program';
import { run } from '../e2e/harness/command';
import { repeat, report, timed } from './statistics';

const root = path.resolve(__dirname, '../../..');
const example = path.join(root, 'apps/examples/blog');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-bench-'));

/**
 * Cold `twelve synth` of the blog against `cdk8s synth` with ts-node, its template's default (budget: 200 ms, and an eighth); a save under `--watch` (100 ms);
 * programs of up to 2,000 objects, whose time per object must not grow.
 */
async function main() {
  try {
    await cold();
    await watched();
    await many();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function cold() {
  const twelve = report('twelve synth', await repeat(9, () => synth(path.join(example, 'main.ts'))));
  const cdk8s = report('cdk8s synth (ts-node)', await repeat(3, () => run(path.join(root, 'node_modules/.bin/cdk8s'), ['synth', '--app', `npx ts-node -P ${path.join(root, 'tsconfig.dev.json')} main.ts`, '--stdout'], { cwd: example })));
  console.log(`ratio ${(twelve / cdk8s).toFixed(3)} of cdk8s synth (budget 0.125)`);
}

async function watched() {
  const file = path.join(folder, 'watched.ts');
  const save = (revision: number) => fs.writeFileSync(file, `${program(20)}\n// ${revision}`);
  save(0);
  const abort = new AbortController();
  const runs = new EventTarget();
  const watching = watchProgram({
    file, cwd: folder, outdir: path.join(folder, 'dist'), environment: process.env, clock: systemClock, signal: abort.signal, onOutput: () => undefined,
    onRun: () => runs.dispatchEvent(new Event('run')),
  });
  await once(runs, 'run');
  const times: number[] = [];
  for (let revision = 1; revision <= 9; revision++) {
    await idle(); // the next process is warm: nobody saves twice in 200 ms
    times.push(await timed(async () => {
      save(revision);
      await once(runs, 'run');
    }));
  }
  report('save under --watch', times);
  abort.abort();
  await watching;
}

async function many() {
  const counts = [250, 500, 1000, 2000];
  const base = await timeOf(0);
  for (const count of counts) {
    const time = await timeOf(count);
    console.log(`${String(count).padStart(5)} objects  ${time.toFixed(0)} ms   ${((time - base) * 1000 / count).toFixed(0)} µs each beyond an empty program`);
  }
}

async function timeOf(objects: number): Promise<number> {
  const file = path.join(folder, `many-${objects}.ts`);
  fs.writeFileSync(file, program(objects));
  return report(`${objects} objects`, await repeat(3, () => synth(file)));
}

const synth = (program: string) => run(process.execPath, [path.join(root, 'build/apps/cli/main.js'), 'synth', program, '--stdout']);
const idle = () => new Promise((resolve) => setTimeout(resolve, 200));

/** Two objects for each Web. */
const program = (objects: number) => `
import { Image, TwelveFactorApp, Web } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop');
for (let i = 0; i < ${objects / 2}; i++) new Web(app, 'web-' + i, { image: Image.reference('shop:1.4.2'), port: 8080 });
app.synth();`;

void main();
