#!/usr/bin/env node
import { Command as Program, CommanderError, Option } from 'commander';
import type { Command, CommandOption, Options } from './commands/command';
import { commands } from './commands/index';
import { jsonEvents, textEvents } from './output/events';
import { createOutput, type Output } from './output/output';
import { packageVersion } from './package-version';
import { Target } from './target';

/** Parses the words, runs one command, and turns whatever happens into an exit code. */
async function main(words: readonly string[], environment: NodeJS.ProcessEnv, out: Output): Promise<number> {
  const abort = new AbortController();
  const interrupt = () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  let code = 0;
  const program = new Program('twelve').description('Twelve-Factor applications as TypeScript: synthesize, apply, and run them on Docker').exitOverride().showSuggestionAfterError();
  program.version(packageVersion(), '-V, --version').configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => out.note(text.trimEnd()) });
  for (const command of await loadCommands(words)) {
    add(program, command, async (chosen, sub) => {
      code = await run(chosen, sub, environment, out, abort.signal);
    });
  }
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode; // commander has printed what is wrong
  }
  return code;
}

/** The one that the words begin with; all of them where they do not begin with any: for help, and for what was meant. */
function loadCommands([first = '']: readonly string[]): Promise<readonly Command[]> {
  return Promise.all(Object.hasOwn(commands, first) ? [commands[first]()] : Object.values(commands).map((load) => load()));
}

function add(parent: Program, command: Command, action: (command: Command, sub: Program) => Promise<void>): void {
  const sub = parent.command(command.name).summary(command.summary).description(command.summary).exitOverride().showSuggestionAfterError().copyInheritedSettings(parent);
  for (const { name, summary, required, variadic } of command.arguments ?? []) {
    const word = variadic ? `${name}...` : name;
    sub.argument(required ? `<${word}>` : `[${word}]`, summary);
  }
  for (const option of command.options ?? []) sub.addOption(toOption(option));
  if (command.examples) sub.addHelpText('after', ['', 'Examples:', ...command.examples.map((line) => `  ${line}`)].join('\n'));
  if (command.commands) for (const inner of command.commands) add(sub, inner, action);
  else sub.action(() => action(command, sub));
}

async function run(command: Command, sub: Program, environment: NodeJS.ProcessEnv, out: Output, signal: AbortSignal): Promise<number> {
  const options = sub.opts<Options>();
  const events = command.events && options['output'] === 'json' ? jsonEvents(out, Date.now) : textEvents(out);
  try {
    const code = await command.run({
      args: sub.args, options, out, environment, signal, emit: (event) => events.emit(event), target: new Target(options, environment, { signal, note: (text) => out.note(text) }),
    }) ?? 0;
    events.end(code);
    return code;
  } catch (error) {
    const code = signal.aborted ? 130 : exitCodeOf(error);
    events.fail(signal.aborted ? 'interrupted' : explain(error), code);
    if (signal.aborted) return code;
    out.note(`twelve ${nameOf(sub)}: ${explain(error)}`);
    if (environment['TWELVE_DEBUG'] && error instanceof Error) out.note(error.stack ?? '');
    return code;
  }
}

const exitCodeOf = (error: unknown) => (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 1);

function toOption({ flag, summary, choices, default: fallback }: CommandOption): Option {
  const option = new Option(flag, summary);
  if (choices) option.choices([...choices]);
  if (fallback !== undefined) option.default(fallback);
  return option;
}

/** `node add` of `twelve node add`. */
const nameOf = (sub: Program): string => (sub.parent?.parent ? `${sub.parent.name()} ${sub.name()}` : sub.name());

const explain = (error: unknown) => (error instanceof Error ? error.message : String(error));

// A reader that goes away (`twelve logs | head`) ends the command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// While a server is away nothing but timers may be left, and these do not all keep the process: without this it would end with 0 in the middle of its work.
setInterval(() => undefined, 2 ** 30);
void main(process.argv.slice(2), process.env, createOutput(process.stdout, process.stderr, process.env)).then((code) => {
  // Kept-alive connections and watches must not hold the process once the work is done; what was printed is flushed first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}, (error: unknown) => {
  process.stderr.write(`twelve: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
