import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
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
    })).toMatchObject({
      'shop/a/deployment': 'main.ts:6', 'shop/b/deployment': 'main.ts:6',
      'shop/c/deployment': 'lib/helper.ts:4 main.ts:8', 'shop/d/deployment': 'lib/helper.ts:4 main.ts:8',
    });
  });

  it('are those of the subclass and of whoever makes one', async () => {
    expect(await trace({
      'main.ts': `${HEAD}import { ShopWeb } from './shop-web';\n\nnew ShopWeb(app, 'one');\nnew ShopWeb(app, 'two');\napp.synth();\n`,
      'shop-web.ts': `import { Image, Web, type TwelveFactorApp } from 'cdk8s-twelve-factor';\n\nexport class ShopWeb extends Web {\n  constructor(app: TwelveFactorApp, id: string) {\n    super(app, id, {\n      image: Image.reference('x:1'), port: 80 });\n    this.expose();\n  }\n}\n`,
    })).toMatchObject({
      'shop/one/deployment': 'shop-web.ts:5 main.ts:6', 'shop/two/deployment': 'shop-web.ts:5 main.ts:7', 'shop/two/service': 'shop-web.ts:5 main.ts:7',
    });
  });

  it('go through awaits and through the depth of helpers', async () => {
    const deep = Array.from({ length: 20 }, (_, index) => `const f${index} = (name: string): unknown => ${index === 0 ? 'new Worker(app, name, { image })' : `f${index - 1}(name)`};`).join('\n');
    expect(await trace({
      'main.ts': `${HEAD}${deep}\nasync function make(name: string) {\n  await Promise.resolve();\n  new Worker(app, name, { image });\n}\nasync function all() {\n  f19('deep');\n  await make('late');\n  app.synth();\n}\nvoid all();\n`,
    })).toMatchObject({ 'shop/deep/deployment': expect.stringMatching(/^main\.ts:4 main\.ts:5 .*main\.ts:23 main\.ts:29 main\.ts:33$/), 'shop/late/deployment': 'main.ts:26 main.ts:30' });
  });

  it('are known of a plain cdk8s App too, and of several in one program', async () => {
    expect(await trace({
      'main.ts': `import { ApiObject, App, Chart } from 'cdk8s';\nconst app = new App();\nclass Web extends Chart {\n  constructor(id: string) {\n    super(app, id, { disableResourceNameHashes: true });\n    new ApiObject(this, 'object', { apiVersion: 'v1', kind: 'ConfigMap' });\n  }\n}\nnew Web('a');\napp.synth();\nconst other = new App();\nnew ApiObject(new Chart(other, 'b'), 'c', { apiVersion: 'v1', kind: 'Secret' });\nother.synth();\n`,
    })).toEqual({ 'a/object': 'main.ts:6 main.ts:9', 'b/c': 'main.ts:12' });
  });

  it('are those of the construct when an object is made by app.synth() only', async () => {
    expect(await trace({
      'main.ts': `${HEAD}const web = new Web(app, 'web', { image, port: 80 });\nweb.node.addValidation({ validate() {\n  if (!web.node.tryFindChild('late')) new k8s.KubeSecret(web, 'late');\n  return [];\n} });\napp.synth();\n`,
    })).toMatchObject({ 'shop/web/late': 'main.ts:4' });
  });
});

describe('without twelve', () => {
  const programs = { 'cdk8s.ts': "import { ApiObject, App, Chart } from 'cdk8s';\n\ninterface Unused { readonly a: string }\n\nconst app = new App();\nconst chart = new Chart(app, 'shop');\nconst make = (id: string) => new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap' });\nmake('one');\napp.synth();\n" };

  function run(prepare: (project: string) => readonly string[]): readonly string[] {
    const project = fs.mkdtempSync(path.join(folder, 'project-'));
    fs.writeFileSync(path.join(project, 'main.ts'), programs['cdk8s.ts']);
    fs.symlinkSync(path.resolve(__dirname, '../../node_modules'), path.join(project, 'node_modules'));
    const report = path.join(project, 'report.json');
    const { status, stderr } = spawnSync(process.execPath, ['-r', path.resolve(__dirname, '../../build/lib/trace.js'), ...prepare(project)], { cwd: project, encoding: 'utf8', env: { ...process.env, TWELVE_REPORT: report } });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [object] = (JSON.parse(fs.readFileSync(report, 'utf8')) as ProgramReport).objects;
    return object.trace.map((frame) => `${path.relative(project, frame.file)}:${frame.line}`);
  }

  it('the lines are told under ts-node', () => {
    expect(run((project) => {
      fs.writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'ES2022', module: 'commonjs', esModuleInterop: true, skipLibCheck: true, types: [] } }));
      return ['-r', 'ts-node/register/transpile-only', 'main.ts'];
    })).toEqual(['main.ts:7', 'main.ts:8']);
  });

  it.each([['with a map beside it', true], ['with its map inside', 'inline' as const]])('the lines are told of compiled JavaScript %s', (_, sourcemap) => {
    expect(run((project) => {
      buildSync({ entryPoints: [path.join(project, 'main.ts')], outfile: path.join(project, 'dist/main.js'), format: 'cjs', platform: 'node', sourcemap, logLevel: 'silent' });
      return ['dist/main.js'];
    })).toEqual(['main.ts:7', 'main.ts:8']);
  });

  it('the compiled line is told where there is no map', () => {
    expect(run((project) => {
      buildSync({ entryPoints: [path.join(project, 'main.ts')], outfile: path.join(project, 'main.js'), format: 'cjs', platform: 'node', logLevel: 'silent' });
      return ['main.js'];
    })[0]).toMatch(/^main\.js:\d+$/);
  });
});
