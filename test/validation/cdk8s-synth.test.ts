import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(__dirname, '../..');
const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'twelve-validation-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const CDK8S_YAML = (app: string, properties = '') => `language: typescript
app: ${app}
validations:
  - package: ./node_modules/cdk8s-twelve-factor
    version: 0.0.0
    class: TwelveFactorValidation
${properties}`;

/** A project as npm lays it out, with our package in it; `cdk8s synth` as its pipeline runs it. */
function synth(program: string, cdk8sYaml: string) {
  const project = fs.mkdtempSync(path.join(folder, 'project-'));
  fs.mkdirSync(path.join(project, 'node_modules'));
  for (const name of ['cdk8s', 'constructs', 'cdk8s-plus-28', 'ts-node', 'typescript', '@types']) fs.symlinkSync(fs.realpathSync(path.join(root, 'node_modules', name)), path.join(project, 'node_modules', name));
  fs.symlinkSync(root, path.join(project, 'node_modules/cdk8s-twelve-factor'));
  fs.writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'ES2022', module: 'commonjs', esModuleInterop: true, skipLibCheck: true, types: [] } }));
  fs.writeFileSync(path.join(project, 'main.ts'), program);
  fs.writeFileSync(path.join(project, 'cdk8s.yaml'), cdk8sYaml);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'node_modules/cdk8s-cli/bin/cdk8s'), 'synth', '--validation-reports-output-file', 'reports.json'], {
    cwd: project, encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: undefined, CI: '1', CHECK_UPGRADE: 'false' },
  });
  const file = path.join(project, 'reports.json');
  const [report] = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as { reports: any[] }).reports : [];
  return { status, output: `${stdout}${stderr}`, report };
}

const PROGRAM = `import { Image, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';

const app = new TwelveFactorApp('shop', { environments: { default: {} } });
for (const name of ['one', 'two']) {
  new Worker(app, name, { image: Image.reference('shop:latest') });
}
app.synth();
`;

const TS_NODE = 'node -r ts-node/register/transpile-only main.ts';

describe('cdk8s synth with the validation', () => {
  it('tells what twelve check finds, at the lines of the program, and fails with --strict', () => {
    const { status, output, report } = synth(PROGRAM, CDK8S_YAML(TS_NODE, '    properties:\n      strict: true\n'));
    expect(output).toContain('floating-tag');
    const violation = report.violations.find(({ ruleName }: any) => ruleName === 'floating-tag');
    expect(violation.violatingConstructs.map(({ resourceName, locations }: any) => [resourceName, locations[0], locations.at(-1)])).toEqual([
      ['shop-one', 'main.ts:5:3', 'construct shop/one/deployment'], ['shop-two', 'main.ts:5:3', 'construct shop/two/deployment'],
    ]);
    expect(report.summary.status).toBe('failure');
    expect(status).toBe(2);
  }, 60_000);

  it('lets warnings pass otherwise, and takes plain cdk8s programs, whose lines it knows with -r cdk8s-twelve-factor/trace', () => {
    const program = `import { ApiObject, App, Chart } from 'cdk8s';
const app = new App();
new ApiObject(new Chart(app, 'shop', { disableResourceNameHashes: true }), 'web', {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'wbe' } }, spec: { containers: [{ name: 'web', image: 'shop:1' }] } } },
});
app.synth();
`;
    const { status, report } = synth(program, CDK8S_YAML(TS_NODE.replace('node ', 'node -r cdk8s-twelve-factor/trace ')));
    expect(status).toBe(2);
    expect(report.violations.find(({ ruleName }: any) => ruleName === 'server-validation').violatingConstructs).toMatchObject([{ resourceName: 'web', locations: ['main.ts:3:1', 'Deployment spec.template.metadata.labels', 'construct shop/web'] }]);
    expect(synth(PROGRAM, CDK8S_YAML(TS_NODE))).toMatchObject({ status: 0, report: { summary: { status: 'success' } } });
  }, 60_000);
});
