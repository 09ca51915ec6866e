import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { commandClock } from '../clock';
import { type Command, type Invocation, textOption } from './command';
import { environmentOption, programArgument, withEnvironment } from './program-options';

/** `twelve synth`: the YAML of a program, without a cluster. */
export const synth: Command = {
  name: 'synth',
  summary: 'Write the YAML of a program',
  arguments: [programArgument],
  options: [
    { flag: '-o, --output <folder>', summary: 'folder of the YAML', default: 'dist' },
    { flag: '-p, --stdout', summary: 'print the YAML instead' },
    { flag: '-w, --watch', summary: 'again whenever a file of the program is saved' },
    { ...environmentOption, summary: `${environmentOption.summary}; all: each in a folder of its own` },
  ],
  examples: ['twelve synth', 'twelve synth apps/shop.ts --stdout', 'twelve synth --env all --output deploy/', 'twelve synth --watch'],

  async run(invocation) {
    const { options } = invocation;
    if (!options['watch']) return options['stdout'] ? print(invocation) : write(invocation);
    if (options['stdout']) throw new Error('--watch writes files and --stdout writes none; leave one out');
    if (options['env'] === ALL) throw new Error('--watch follows one environment; name it with --env');
    return watch(invocation);
  },
};

async function write(invocation: Invocation): Promise<void> {
  invocation.out.lines(await synthesize(invocation, outputFolder(invocation)));
}

async function print(invocation: Invocation): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-'));
  try {
    const files = await synthesize(invocation, folder);
    invocation.out.write(files.map((file) => fs.readFileSync(file, 'utf8')).join('---\n'));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(invocation: Invocation): Promise<void> {
  const { out, signal } = invocation;
  const [{ watchProgram }, { programFile }] = await Promise.all([import('../../../lib/apply/synth/watch-program.js'), import('../../../lib/apply/synth/run-program.js')]);
  const outdir = outputFolder(invocation);
  const program = programFile(programOf(invocation), process.cwd());
  out.note(`synth    ${path.relative(process.cwd(), program)} whenever it is saved; Ctrl-C ends it`);
  await watchProgram({
    ...programOptions(invocation), file: program, outdir, signal, clock: commandClock,
    onRun({ changed, milliseconds, failure }) {
      if (failure) out.note(failure instanceof Error ? failure.message : String(failure));
      else out.line(`${changed.map((name) => path.join(outdir, name)).join(', ') || 'no change'}   ${milliseconds} ms`);
    },
  });
}

async function synthesize(invocation: Invocation, outdir: string): Promise<readonly string[]> {
  const options = { ...programOptions(invocation), program: programOf(invocation), outdir };
  if (invocation.options['env'] === ALL) {
    const { runEveryEnvironment } = await import('../../../lib/apply/synth/environments.js');
    return runEveryEnvironment(options);
  }
  const { runProgram } = await import('../../../lib/apply/synth/run-program.js');
  return runProgram(options);
}

/** Every environment of the program. */
const ALL = 'all';

const programOf = ({ args }: Invocation) => args[0] ?? 'main.ts';
const outputFolder = ({ options }: Invocation) => textOption(options, 'output') ?? 'dist';
const programOptions = ({ options, environment, out }: Invocation) => (
  { cwd: process.cwd(), environment: options['env'] === ALL ? environment : withEnvironment(environment, options), onOutput: (text: string) => out.note(text.trimEnd()) }
);
