import type { CommandEvent } from '../output/command-event';
import type { Output } from '../output/output';
import type { Target } from '../target';

/** One verb of the command line. Adding one is a file here and a line in `index.ts`. Modules it needs are imported in `run`, so that `--help` stays fast. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly CommandOption[];
  /** A group of verbs (`twelve node add`): it has nothing else, and `run` is not called. */
  readonly commands?: readonly Command[];
  /** With `--output json` it writes a stream of events, whose last one says how it ended. @default false: it writes what it likes */
  readonly events?: boolean;
  /** Shown under the options of `twelve <verb> --help`. */
  readonly examples?: readonly string[];
  /** Resolves with the exit code (nothing is 0). What it throws is printed to stderr by main.ts, exit code 1 (or the error's `exitCode`). */
  run(invocation: Invocation): Promise<number | void>;
}

export interface CommandArgument {
  readonly name: string;
  readonly summary: string;
  /** @default false */
  readonly required?: boolean;
  /** Takes all that follow. @default false */
  readonly variadic?: boolean;
}

export interface CommandOption {
  /** As commander takes it: `-f, --follow`, `--timeout <duration>`, `--label <pair...>` for one that may be given several times. */
  readonly flag: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly default?: string | boolean;
}

export interface Invocation {
  /** In the order of `arguments`; a variadic one continues to the end. */
  readonly args: readonly string[];
  readonly options: Options;
  readonly out: Output;
  /** Tells what is done, as text or as an event. */
  readonly emit: (event: CommandEvent) => void;
  /** The cluster and the data directory that the options name. Nothing is opened before it is asked. */
  readonly target: Target;
  /** The process' environment: read here, passed on as values. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts at the first Ctrl-C (or SIGTERM). The second one ends the process. */
  readonly signal: AbortSignal;
}

/** Values by the flag's long name in camel case: `--data-dir` is `dataDir`. */
export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** The option's text, or undefined when it was not given. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** All that was given for an option that may be given several times. */
export function listOption(options: Options, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value as readonly string[] : typeof value === 'string' ? [value] : [];
}
