import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { init } from '../../apps/cli/commands/init';
import { quote, typescriptLiteral } from '../../apps/cli/init/typescript-literal';
import { importManifests } from '../../apps/cli/init/import-yaml';
import { templates } from '../../apps/cli/init/templates';
import { createOutput } from '../../apps/cli/output/output';
import { trySchemaOf } from '../../lib/api/schema/schema';
import { parseManifests } from '../../lib/apply/load/parse-manifests';
import { runProgram } from '../../lib/apply/synth/run-program';
import { checkObjects } from '../../lib/check/check-objects';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-init-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
const silent = { write: () => undefined };

async function initialize(folder: string, options: Record<string, string>, notes: { write(text: string): void } = silent): Promise<string> {
  const target = path.join(root, folder);
  await init.run({ args: [target], options, out: createOutput(silent, notes), environment: {}, emit: () => undefined, signal: new AbortController().signal, target: undefined as never });
  return target;
}

async function synthesize(folder: string) {
  const files = await runProgram({ program: 'main.ts', outdir: path.join(folder, 'dist'), cwd: folder, environment: process.env, onOutput: () => undefined });
  return files.flatMap((file) => parseManifests(fs.readFileSync(file, 'utf8'), path.basename(file)));
}

describe('twelve init', () => {
  it.each(templates.map(({ name }) => name))('%s makes a program that runs and in which the checks find nothing', async (template) => {
    const objects = (await synthesize(await initialize(template, { template }))).map(({ object }) => object);
    expect(objects.map(({ kind }) => kind)).toContain('Deployment');
    expect(checkObjects(objects)).toEqual([]);
  });

  it('writes nothing into a folder that has one of the files', async () => {
    const folder = await initialize('again', { template: 'web' });
    await expect(initialize('again', { template: 'web' })).rejects.toThrow(/there is already .*main\.ts.*nothing was written/);
    expect(fs.readFileSync(path.join(folder, 'cdk8s.yaml'), 'utf8')).toContain('class: TwelveFactorValidation');
  });
});

const YAML = `
apiVersion: v1
kind: Service
metadata: { name: web, labels: { "a.b/c": "it's" } }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80, targetPort: http }, { name: b, port: 81, targetPort: 8081 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      hostPID: true
      containers: [{ name: web, image: nginx:1.22, resources: { requests: { cpu: 100m, memory: 64Mi } }, command: [sh, -c, "one\\ntwo\\nthree 'quoted' \\\\ end"] }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { clusterIP: kept }
---
apiVersion: example.com/v1
kind: Widget
metadata: { name: w }
spec: { clusterIP: { deep: [1, true, null] } }
`;

describe('a program made of YAML', () => {
  it('makes the same objects', async () => {
    fs.writeFileSync(path.join(root, 'web.yaml'), YAML);
    const folder = await initialize('imported', { from: path.join(root, 'web.yaml') });
    const made = (await synthesize(folder)).map(({ object }) => object);
    for (const { object } of parseManifests(YAML, 'web.yaml')) {
      expect(made.find(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name)).toMatchObject(object as object);
    }
    expect(made).toHaveLength(4);
  });

  it('keeps mistakes for the checks to find', async () => {
    fs.writeFileSync(path.join(root, 'mistaken.yaml'), '{ apiVersion: v1, kind: Pod, metadata: { name: web }, spec: { hostPid: true, containers: [{ name: web, image: "nginx:1.22", env: [{ name: A, value: 1 }] }] } }');
    const [{ object }] = await synthesize(await initialize('mistaken', { from: path.join(root, 'mistaken.yaml') }));
    expect(checkObjects([object]).filter(({ rule }) => rule === 'schema').map(({ field }) => field)).toEqual(['spec.containers[0].env[0].value', 'spec.hostPid']);
  });

  it('names the files that have no objects', async () => {
    const folder = path.join(root, 'some');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'web.yaml'), YAML);
    fs.writeFileSync(path.join(folder, 'settings.yaml'), 'debug: true\n');
    let told = '';
    await initialize('named', { from: folder }, { write: (words) => { told += words; } });
    expect(told).toContain(`not looked into: ${path.join(folder, 'settings.yaml')}`);
  });

  it('is typed, and type-checks', () => {
    const [{ text, add }] = importManifests(parseManifests(YAML, 'web.yaml'));
    expect(add).toBe('addWeb');
    expect(text).toContain("new k8s.KubeService(chart, 'service-web', {");
    expect(text).toContain("targetPort: k8s.IntOrString.fromString('http')");
    expect(text).toContain("requests: { cpu: k8s.Quantity.fromString('100m')");
    expect(text).toContain('clusterIp: ');
    expect(text).toContain("new ApiObject(chart, 'widget-w', {");
    expect(typeErrors(text)).toEqual([]);
  }, 120_000);

  it('keeps the keys of maps, and quotes what needs it', () => {
    expect(typescriptLiteral({ data: { 'clusterIP': 'a', 'a-b': 'b' } }, trySchemaOf('v1', 'ConfigMap'), { property: (name) => name.toLowerCase() })).toBe("{ data: { clusterIP: 'a', 'a-b': 'b' } }");
    expect(quote('it\'s "x" \\ \n')).toBe("'it\\'s \"x\" \\\\ \\n'");
  });
});

function typeErrors(text: string): readonly string[] {
  const file = path.resolve(__dirname, '../../imported-by-test.ts');
  const options: ts.CompilerOptions = { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16, types: [], paths: { 'cdk8s-twelve-factor': [path.resolve(__dirname, '../../lib/index.ts')] } };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, ...rest) => (name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest));
  host.fileExists = (name) => name === file || fileExists(name);
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).filter((problem) => problem.file?.fileName === file).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
