import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProgramReport } from '../../lib/api/program-report';
import { runProgram } from '../../lib/apply/synth/run-program';

const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'twelve-report-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs `main.ts` and tells for each object, by the end of its construct path, the lines that made it: `main.ts:5 loop.ts:2`. */
async function trace(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const project = fs.mkdtempSync(path.join(folder, 'project-'));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
    fs.writeFileSync(path.join(project, name), text);
  }
  const file = path.join(project, 'report.json');
  await runProgram({ program: 'main.ts', outdir: path.join(project, 'dist'), cwd: project, environment: { ...process.env, TWELVE_REPORT: file }, onOutput: () => undefined });
  const report = JSON.parse(fs.readFileSync(file, 'utf8')) as ProgramReport;
  return Object.fromEntries(report.objects.map((object) => [object.path, object.trace.map((frame) => `${path.relative(project, frame.file)}:${frame.line}`).join(' ')]));
}

const HEAD = `import { Image, TwelveFactorApp, Web, Worker, k8s } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop', { environments: { default: {} } });
const image = Image.reference('shop:1');
`;

describe('the lines that made an object', () => {
  it('are those of the construct that the program writes', async () => {
    expect(await trace({ 'main.ts': `${HEAD}const web = new Web(app, 'web', { image, port: 80 });\nweb.expose();\napp.synth();\n` }))
      .toMatchObject({ 'shop/web/deployment': 'main.ts:4', 'shop/web/service': 'main.ts:4' });
  });

  it('are the same line in a loop, the line of each call, and the outer one, in other files too', async () => {
    expect(await trace({
      'main.ts': `${HEAD}import { worker } from './lib/helper';\nfor (const name of ['a', 'b']) {\n  new Worker(app, name, { image });\n}\n['c', 'd'].map((name) => worker(app, name));\napp.synth();\n`,
      'lib/helper.ts': `import { Image, Worker, type TwelveFactorApp } from 'cdk8s-twelve-factor';\n\nexport function worker(app: TwelveFactorApp, name: string) {\n  return new Worker(app, name, { image: Image.reference('x:1') });\n}\n`,
    })).toEqual({
      'shop/a/deployment': 'main.ts:6', 'shop/b/deployment': 'main.ts:6',
      'shop/c/deployment': 'lib/helper.ts:4 main.ts:8 main.ts:8', 'shop/d/deployment': 'lib/helper.ts:4 main.ts:8 main.ts:8',
    });
  });
});
