import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeProblem } from '../../lib/apply/synth/synth-error';
import { runEveryEnvironment } from '../../lib/apply/synth/environments';
import { runProgram } from '../../lib/apply/synth/run-program';
import { userFrame } from '../../lib/apply/synth/locate-failure';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-synth-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function synth(name: string, text: string, environment: Record<string, string> = {}): Promise<readonly string[]> {
  fs.writeFileSync(path.join(folder, name), text);
  return runProgram({ program: name, outdir: path.join(folder, `out-${name}`), cwd: folder, environment: { ...process.env, ...environment }, onOutput: () => undefined });
}

describe('a program', () => {
  it('outside of any project finds the constructs, its own files, and the chosen environment', async () => {
    fs.writeFileSync(path.join(folder, 'settings.ts'), "export const name = 'tiny' as const;");
    const [file] = await synth('tiny.ts', `
      import { Config, TwelveFactorApp } from 'cdk8s-twelve-factor';
      import { name } from './settings';
      const app = new TwelveFactorApp(name, { environments: { dev: {}, prod: { config: { A: 'prod' } } } });
      new Config(app, 'config', { A: { default: 'dev' } });
      app.synth();`, { TWELVE_ENVIRONMENT: 'prod' });
    expect(path.basename(file)).toBe('tiny.k8s.yaml');
    expect(fs.readFileSync(file, 'utf8')).toContain('A: prod');
  });

  it('that does not parse is refused at its line', async () => {
    await expect(synth('broken.ts', 'const a = 1;\nconst b = ;\n')).rejects.toThrow(/broken\.ts:2:11: Unexpected ";"\n {2}2 \| const b = ;/);
  });

  it('that throws in a construct is refused at the user\'s line, not the library\'s', async () => {
    await expect(synth('throwing.ts', "import { Scale } from 'cdk8s-twelve-factor';\n\nconst two: number = 1.5;\nScale.fixed(two);\n"))
      .rejects.toThrow(/throwing\.ts:4:7: Scale\.fixed\(1\.5\): .*\n {2}4 \| Scale\.fixed\(two\);/);
  });

  it('with several environments is run once for each, and its YAML lies in a folder of each', async () => {
    fs.writeFileSync(path.join(folder, 'many.ts'), `
      import { Config, TwelveFactorApp } from 'cdk8s-twelve-factor';
      const app = new TwelveFactorApp('many', { environments: { dev: {}, prod: { config: { A: 'prod' } } } });
      new Config(app, app.environment === 'prod' ? 'only' : 'config', { A: { default: 'dev' } });
      app.synth();`);
    const run = (program: string) => runEveryEnvironment({ program, outdir: path.join(folder, 'every'), cwd: folder, environment: process.env, onOutput: () => undefined });
    const files = await run('many.ts');
    expect(files.map((file) => path.relative(folder, file))).toEqual(['every/dev/many.k8s.yaml', 'every/prod/many.k8s.yaml']);
    expect(files.map((file) => /name: (many-\w+)-/.exec(fs.readFileSync(file, 'utf8'))?.[1])).toEqual(['many-config', 'many-only']);
    fs.writeFileSync(path.join(folder, 'plain.ts'), "import { App, Chart, ApiObject } from 'cdk8s';\nconst app = new App();\nnew ApiObject(new Chart(app, 'c'), 'o', { apiVersion: 'v1', kind: 'ConfigMap' });\napp.synth();");
    await expect(run('plain.ts')).rejects.toThrow('plain.ts has no environments; name them in its TwelveFactorApp');
  });

  it('that writes nothing, or does not exist, is told what to do', async () => {
    await expect(synth('nothing.ts', 'export {};')).rejects.toThrow(/end it with app\.synth\(\)/);
    await expect(synth('alone.ts', "import x from 'no-such-package';\nconsole.log(x);")).rejects.toThrow(/^alone\.ts:1:\d+: Cannot find module 'no-such-package'; correct its name, or install it \(npm install\)\n/);
    await expect(runProgram({ program: 'missing.ts', outdir: folder, cwd: folder, environment: {}, onOutput: () => undefined })).rejects.toThrow(/there is no program missing\.ts/);
  });
});

it('the user\'s frame is the first that is in no package', () => {
  const stack = 'Error: x\n    at f (/app/node_modules/lib/a.js:1:2)\n    at Object.<anonymous> (/app/src/main.ts:12:3)\n    at node:internal/main:1:1';
  expect(userFrame(stack, '/app')).toMatchObject({ file: 'src/main.ts', line: 12, column: 3 });
  expect(userFrame(stack.replace('Error: x', 'Error: x\n    at Function.resolve (node:internal/modules/cjs/loader:1207:15)'), '/app')).toMatchObject({ file: 'src/main.ts' });
  expect(describeProblem('bad', undefined)).toBe('bad');
});
