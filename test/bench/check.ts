import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dump } from 'js-yaml';
import { application } from './check/objects';
import { writeJsonSchemas } from './check/json-schemas';
import { tryGoTool } from './go-tool';
import { measure, type Run } from './measure-process';
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
    const kubeconform = tryGoTool(path.join(cache, 'bin'), 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0');
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

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const megabytes = (runs: readonly Run[]) => `${(median(runs.map(({ kilobytes }) => kilobytes)) / 1024).toFixed(0)} MB`;

const lastLine = ({ output }: Run) => output.trim().split('\n').at(-1) ?? '';

main();
