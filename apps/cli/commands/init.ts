import * as fs from 'node:fs';
import * as path from 'node:path';
import { packageVersion } from '../package-version';
import { type Command, type Invocation, textOption } from './command';
import type { ProjectFile } from '../init/project';

/** `twelve init`: a project to begin with, or one that makes the objects of existing YAML. */
export const init: Command = {
  name: 'init',
  summary: 'Begin a project, or turn a folder of YAML into one',
  arguments: [{ name: 'folder', summary: 'folder of the project; its name is the application\'s (default: here)' }],
  options: [
    { flag: '-t, --template <name>', summary: 'web, or web-worker-database', choices: ['web', 'web-worker-database'], default: 'web' },
    { flag: '--from <path>', summary: 'make a program of the objects in this folder or file of YAML instead' },
  ],
  examples: ['twelve init shop', 'twelve init shop --template web-worker-database', 'twelve init shop --from k8s/'],

  async run(invocation) {
    const { args: [folder = '.'], out } = invocation;
    const root = path.resolve(folder);
    const app = applicationName(path.basename(root));
    const { projectFiles } = await import('../init/project.js');
    const files = [...await program(app, invocation), ...projectFiles(app, packageVersion())];
    const there = files.filter(({ name }) => fs.existsSync(path.join(root, name))).map(({ name }) => path.join(folder, name));
    if (there.length > 0) throw new Error(`there is already ${there.join(', ')}; nothing was written. Give another folder, or remove it`);
    fs.mkdirSync(root, { recursive: true });
    for (const { name, text } of files) {
      fs.writeFileSync(path.join(root, name), text);
      out.line(path.join(folder, name));
    }
    const inside = folder === '.' ? '' : `cd ${folder} && `;
    out.note(`next     ${inside}npm install, then twelve synth --watch, twelve check, twelve up and twelve apply`);
  },
};

async function program(app: string, { options, out }: Invocation): Promise<readonly ProjectFile[]> {
  const from = textOption(options, 'from');
  if (from !== undefined) return imported(app, from, out);
  const { templates } = await import('../init/templates.js');
  const template = templates.find(({ name }) => name === options['template']) ?? templates[0];
  return [{ name: 'main.ts', text: template.main(app) }];
}

async function imported(app: string, from: string, out: Invocation['out']): Promise<readonly ProjectFile[]> {
  const [{ readInput }, { refuseProblems }, { importManifests }] = await Promise.all([
    import('../../../lib/apply/load/read-input.js'), import('../../../lib/apply/load/parse-manifests.js'), import('../init/import-yaml.js'),
  ]);
  if (/\.[cm]?[jt]sx?$/.test(from)) throw new Error(`--from takes YAML, and ${from} is a program already`);
  const { manifests, problems, skipped } = await readInput({ what: from, cwd: process.cwd(), environment: {}, readStdin: () => Promise.resolve(''), onOutput: () => undefined });
  const files = importManifests(refuseProblems(manifests, problems));
  if (skipped.length > 0) out.note(`not looked into: ${skipped.join(', ')}`);
  const main = [
    "import { TwelveFactorApp } from 'cdk8s-twelve-factor';",
    ...files.map(({ name, add }) => `import { ${add} } from './${name}';`),
    '',
    `const app = new TwelveFactorApp('${app}');`,
    ...files.map(({ add }) => `${add}(app.chart);`),
    'app.synth();',
    '',
  ].join('\n');
  return [{ name: 'main.ts', text: main }, ...files.map(({ name, text }) => ({ name: `${name}.ts`, text }))];
}

/** As constructs take it. */
function applicationName(folder: string): string {
  return folder.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 40).replace(/-+$/, '') || 'app';
}
