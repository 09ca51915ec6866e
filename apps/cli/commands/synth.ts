import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Command, textOption } from './command';
import { environmentOption, programArgument, withEnvironment } from './program-options';

/** `twelve synth`: the YAML of a program, without a cluster. */
export const synth: Command = {
  name: 'synth',
  summary: 'Write the YAML of a program',
  arguments: [programArgument],
  options: [
    { flag: '-o, --output <folder>', summary: 'folder of the YAML', default: 'dist' },
    { flag: '-p, --stdout', summary: 'print the YAML instead' },
    environmentOption,
  ],
  examples: ['twelve synth', 'twelve synth apps/shop.ts --stdout', 'twelve synth --environment prod --output deploy/'],

  async run({ args, options, out, environment }) {
    const { runProgram } = await import('../../../lib/apply/synth/run-program.js');
    const temporary = options['stdout'] ? fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-')) : undefined;
    try {
      const files = await runProgram({
        program: args[0] ?? 'main.ts', outdir: temporary ?? textOption(options, 'output') ?? 'dist', cwd: process.cwd(),
        environment: withEnvironment(environment, options), onOutput: (text) => out.note(text.trimEnd()),
      });
      if (temporary) out.write(files.map((file) => fs.readFileSync(file, 'utf8')).join('---\n'));
      else out.lines(files);
    } finally {
      if (temporary) fs.rmSync(temporary, { recursive: true, force: true });
    }
  },
};
