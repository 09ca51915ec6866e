import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'twelve-check-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const program = path.resolve(__dirname, '../../build/apps/cli/main.js');
const write = (name: string, text: string) => {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
};

function check(args: readonly string[], input = ''): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'check', ...args], { cwd: folder, input, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, TWELVE_ENVIRONMENT: undefined } });
  return { code: status, out: stdout, err: stderr };
}

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web   # the front\nspec:\n  selector: {app: web}\n  ports:\n  - port: 80\n    name: Not_A_Label\n';
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: "1"\n';

describe('twelve check', { timeout: 60_000 }, () => {
  it('tells the place, the reason and what to do, and ends with 1', () => {
    write('service.yaml', `# file\n---\n${SERVICE}`);
    const { code, out } = check(['service.yaml', '--only', 'server-validation']);
    expect(out).toMatch(/^error server-validation {2}service\.yaml:11:5\n {2}Service web\n {2}spec\.ports\[0\]\.name: .*RFC 1123 label.*\n {2}10 \| .*\n {2}11 \| {5}name: Not_A_Label\n {5}\| {5}\^\n {2}fix: .*\n\n1 object: 1 error\n$/);
    expect(code).toBe(1);
  });

  it('ends with 0 where nothing is wrong, or only warnings, which fail with --strict', () => {
    write('config.yaml', CONFIG);
    expect(check(['config.yaml'])).toMatchObject({ code: 0, out: '1 object: no findings\n' });
    write('pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: web, image: shop}\n');
    expect(check(['pod.yaml', '--only', 'floating-tag'])).toMatchObject({ code: 0, out: expect.stringMatching(/1 object: 1 warning\n$/) });
    expect(check(['pod.yaml', '--only', 'floating-tag', '--strict']).code).toBe(1);
  });

  it('ends with 2 when it could not run, and says why', () => {
    expect(check(['missing.yaml'])).toMatchObject({ code: 2, err: expect.stringContaining('there is no missing.yaml') });
    expect(check(['config.yaml', '--only', 'floting-tag'])).toMatchObject({ code: 2, err: expect.stringContaining('floating-tag') });
    expect(check(['config.yaml', '--kubernetes', '2.7']).code).toBe(2);
    write('broken.ts', 'throw new Error("no");\n');
    expect(check(['broken.ts'])).toMatchObject({ code: 2, err: expect.stringContaining('broken.ts:1:7: no') });
  });

  it('looks into folders, leaves other tools\' files and templates of Helm, and one broken file does not hide the others', () => {
    write('deploy/a.yaml', CONFIG);
    write('deploy/b.yaml', 'a: [\n');
    write('deploy/notes.yaml', 'just: notes\n');
    write('deploy/chart/Chart.yaml', 'apiVersion: v2\nname: x\n');
    write('deploy/chart/templates/x.yaml', 'kind: {{ .x }}\n');
    write('deploy/c.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'UPPER' }, spec: { ports: [{ port: 80 }] } }] }));
    const { code, out, err } = check(['deploy', '--output', 'json']);
    const { summary, findings } = JSON.parse(out) as { summary: object; findings: any[] };
    expect(summary).toMatchObject({ objects: 2 });
    expect(findings.map(({ rule, location }) => `${rule} ${location.file}`)).toEqual(expect.arrayContaining(['syntax deploy/b.yaml', 'server-validation deploy/c.json']));
    expect(code).toBe(1);
    expect(err).toBe('');
    expect(check(['deploy']).err).toBe('not looked into: deploy/chart/Chart.yaml, deploy/chart/templates, deploy/notes.yaml\n');
  });

  it('reads what Helm prints, and names its templates', () => {
    const { code, out } = check(['-', '--only', 'server-validation'], `---\n# Source: shop/templates/web.yaml\n${SERVICE}`);
    expect(out).toContain('error server-validation  standard input:11:5 (shop/templates/web.yaml)');
    expect(code).toBe(1);
  });

  it('checks programs at their lines, in one environment or in all', () => {
    write('main.ts', `import { Image, TwelveFactorApp, Worker, k8s } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop', { environments: { dev: {}, prod: {} } });
new Worker(app, 'mailer', { image: Image.reference('mailer:latest') });
if (app.environment === 'prod') {
  new k8s.KubeService(app.chart, 'lost', { spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } });
}
app.synth();
`);
    const found = (...args: string[]) => (JSON.parse(check([...args, '--only', 'floating-tag,service-selects-nothing', '--output', 'json']).out) as { findings: any[] }).findings
      .map(({ rule, location, construct, environments }) => [rule, `${location.file}:${location.line}`, construct, environments]);
    const tag = ['floating-tag', 'main.ts:3', 'shop/mailer/deployment', undefined];
    expect(found()).toEqual([tag]);
    expect(found('--env', 'all')).toEqual([tag, ['service-selects-nothing', 'main.ts:5', 'shop/lost', ['prod']]]);
  });

  it('mends what it safely can, and leaves the rest of the file as it is', () => {
    write('old.yaml', `# first\n${CONFIG}---\n# a budget\napiVersion: policy/v1beta1   # old\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n    maxUnavailable: 1\n    selector: {matchLabels: {app: web}}\n`);
    const { err } = check(['old.yaml', '--fix', '--kubernetes', '1.28']);
    expect(err).toMatch(/^fixed {4}old\.yaml:10:1: PodDisruptionBudget web: apiVersion: /m);
    expect(fs.readFileSync(path.join(folder, 'old.yaml'), 'utf8')).toBe(`# first\n${CONFIG}---\n# a budget\napiVersion: policy/v1   # old\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n    maxUnavailable: 1\n    selector: {matchLabels: {app: web}}\n`);
  });

  it('has the same findings with many objects, which a second thread checks', () => {
    const many = Array.from({ length: 1500 }, (_, index) => SERVICE.replace('name: web ', `name: web-${index} `).replace('{app: web}', `{app: ${'x'.repeat(700)}}`)).join('---\n');
    write('many.yaml', `${many}---\n${CONFIG}---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: UP}, spec: {ports: [{port: 80}]}}\n- {apiVersion: v1, kind: Secret, metadata: {name: fine}}\n`);
    const { findings } = JSON.parse(check(['many.yaml', '--only', 'server-validation', '--output', 'json']).out) as { findings: any[] };
    expect(findings.filter(({ field }) => field === 'spec.ports[0].name').length).toBe(1500);
    expect(findings.at(-1)).toMatchObject({ object: { name: 'UP' }, field: 'metadata.name', location: { file: 'many.yaml' } });
  });
});

describe('the output for', { timeout: 60_000 }, () => {
  const IGNORED = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: <web>\n  annotations: {ignore.twelve-factor.dev/floating-tag: the mirror has one version}\nspec:\n  containers:\n  - {name: web, image: shop}\n';
  const args = ['a b/pod.yaml', '--only', 'floating-tag,server-validation', '--output'];

  it('code scanning is SARIF 2.1.0 with rules, places, and what is ignored as suppressed', () => {
    write('a b/pod.yaml', IGNORED);
    const { version, $schema, runs: [run] } = JSON.parse(check([...args, 'sarif']).out);
    expect([version, $schema]).toEqual(['2.1.0', 'https://json.schemastore.org/sarif-2.1.0.json']);
    const { driver } = run.tool;
    expect(driver).toMatchObject({ name: 'twelve', version: expect.any(String) });
    for (const rule of driver.rules) expect(rule).toMatchObject({ id: expect.stringMatching(/^[a-z-]+$/), shortDescription: { text: expect.any(String) }, helpUri: expect.stringMatching(/^https:/) });
    for (const result of run.results) {
      expect(driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(['error', 'warning']).toContain(result.level);
      const [{ physicalLocation: { artifactLocation, region } }] = result.locations;
      expect(artifactLocation).toEqual({ uri: 'a%20b/pod.yaml', uriBaseId: 'SRCROOT' });
      expect(region.startLine).toBeGreaterThan(0);
      expect(Object.keys(result.partialFingerprints)).toEqual(['twelve/v1']);
    }
    expect(run.results.filter(({ suppressions }: any) => suppressions)).toMatchObject([{ ruleId: 'floating-tag', suppressions: [{ kind: 'inSource', justification: 'the mirror has one version' }] }]);
    expect(run.results.some(({ ruleId, level }: any) => ruleId === 'server-validation' && level === 'error')).toBe(true);
  });

  it('CI is JUnit with a case for each object', () => {
    const { out } = check([...args, 'junit']);
    expect(out).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="twelve check" tests="1" failures="1">\n {2}<testsuite name="a b\/pod\.yaml" tests="1" failures="1" errors="0">/);
    expect(out).toContain('<testcase name="Pod &#60;web&#62;" classname="a b/pod.yaml" file="a b/pod.yaml">');
    expect(out).toContain('<failure type="server-validation" message="server-validation: metadata.name: ');
    expect(out).toContain('<system-out>');
    const open: string[] = [];
    for (const [, close, name, selfClosed] of out.matchAll(/<(\/?)(\w+)(?:\s[^<>]*?)?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!selfClosed) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('people counts what is ignored', () => {
    expect(check(['a b/pod.yaml', '--only', 'floating-tag']).out).toBe('1 object: no findings; 1 ignored with a reason\n');
  });
});
