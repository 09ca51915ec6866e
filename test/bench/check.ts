import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dump } from 'js-yaml';
import { application } from './check/objects';
import { writeJsonSchemas } from './check/json-schemas';
import { format, report } from './statistics';

const root = path.resolve(__dirname, '../../..');
const cache = path.join(root, '.cache/bench');
const OBJECTS = 10_000;
const FILES = 25;
const ROUNDS = 5;

/** 10,000 mixed objects in 25 files: `twelve check`, with all its rules, against kubeconform, which looks at schemas alone, on the same files and cores, with schemas on disk. */
function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-bench-'));
  try {
    const bytes = writeObjects(folder);
    console.log(`${OBJECTS} objects, ${(bytes / 1e6).toFixed(1)} MB in ${FILES} files; ${os.availableParallelism()} cores`);
    const kubeconform = tryKubeconform();
    const schemas = path.join(folder, '../', `${path.basename(folder)}-schemas`);
    writeJsonSchemas(schemas, JSON.parse(fs.readFileSync(path.join(root, 'lib/api/facts/definitions.json'), 'utf8')));
    const twelve = [process.execPath, path.join(root, 'build/apps/cli/main.js'), 'check', folder];
    const peer = kubeconform && [kubeconform, '-strict', '-n', '2', '-summary', '-schema-location', `${schemas}/{{ .ResourceKind }}{{ .KindSuffix }}.json`, folder];
    const ours: Run[] = [];
    const theirs: Run[] = [];
    for (let round = 0; round < ROUNDS; round += 1) { // in turn: what disturbs the machine disturbs both
      ours.push(measure(twelve));
      if (peer) theirs.push(measure(peer));
    }
    console.log(lastLine(ours[0]));
    const own = report('twelve check', ours.map(({ milliseconds }) => milliseconds));
    console.log(`${''.padEnd(44)} memory ${megabytes(ours)}, processor ${format(median(ours.map(({ cpu }) => cpu)))}`);
    if (peer) {
      console.log(lastLine(theirs[0]));
      const other = report('kubeconform', theirs.map(({ milliseconds }) => milliseconds));
      console.log(`${''.padEnd(44)} memory ${megabytes(theirs)}, processor ${format(median(theirs.map(({ cpu }) => cpu)))}`);
      console.log(`ratio ${(own / other).toFixed(2)} of kubeconform (budget 1.00)`);
    } else console.log('kubeconform: there is no Go here to build it with');
    fs.rmSync(schemas, { recursive: true, force: true });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function writeObjects(folder: string): number {
  const documents: string[] = [];
  for (let index = 0; documents.length < OBJECTS; index += 1) {
    for (const object of application(index)) documents.push(`# Source: applications/templates/${(object as { kind: string }).kind.toLowerCase()}.yaml\n${dump(object, { lineWidth: -1, noRefs: true })}`);
  }
  let bytes = 0;
  for (let file = 0; file < FILES; file += 1) {
    const text = `---\n${documents.slice(0, OBJECTS).slice(file * OBJECTS / FILES, (file + 1) * OBJECTS / FILES).join('---\n')}`;
    bytes += Buffer.byteLength(text);
    fs.writeFileSync(path.join(folder, `applications-${String(file).padStart(2, '0')}.yaml`), text);
  }
  return bytes;
}

/** Built once into the cache folder, where Go is. */
function tryKubeconform(): string | undefined {
  const program = path.join(cache, 'bin/kubeconform');
  if (fs.existsSync(program)) return program;
  const { status, error, stderr } = spawnSync('go', ['install', 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0'], { encoding: 'utf8', env: { ...process.env, GOBIN: path.dirname(program) } });
  if (error) return undefined;
  if (status !== 0) throw new Error(`kubeconform could not be built: ${stderr}`);
  return program;
}

interface Run {
  readonly milliseconds: number;
  readonly cpu: number;
  readonly kilobytes: number;
  readonly output: string;
}

/** GNU time tells the most memory a process had; without it only the seconds are told. */
function measure([program, ...args]: readonly string[]): Run {
  const timer = fs.existsSync('/usr/bin/time') ? '/usr/bin/time' : undefined;
  const start = performance.now();
  const { stdout, stderr, error } = timer
    ? spawnSync(timer, ['-f', '%M %U %S', program, ...args], { encoding: 'utf8', maxBuffer: 1 << 30 })
    : spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  const milliseconds = performance.now() - start;
  if (error) throw error;
  const [, kilobytes = '0', user = '0', system = '0'] = /^(\d+) ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  return { milliseconds, cpu: (Number(user) + Number(system)) * 1000, kilobytes: Number(kilobytes), output: stdout };
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const megabytes = (runs: readonly Run[]) => `${(median(runs.map(({ kilobytes }) => kilobytes)) / 1024).toFixed(0)} MB`;

const lastLine = ({ output }: Run) => output.trim().split('\n').at(-1) ?? '';

main();
