/** What a command says. Lines go to stdout, notes to stderr; main.ts prints errors. */
export interface Output {
  /** stdout is a terminal that a person looks at: progress may redraw its lines, and in colours. Not in CI, and not with NO_COLOR or TERM=dumb. */
  readonly interactive: boolean;
  /** Lines of the terminal. */
  readonly rows: number;
  /** Text as it is, without a line end of its own. */
  write(text: string): void;
  line(text?: string): void;
  lines(lines: readonly string[]): void;
  json(value: unknown): void;
  /** A remark beside the result, to stderr: warnings, hints. */
  note(text: string): void;
  /** Replaces what the last `status` call drew; `[]` clears it. Only drawn on a terminal. */
  status(lines: readonly string[]): void;
}

/** An error whose message says everything: printed without its stack, with this exit code. */
export class ExitError extends Error {
  constructor(message: string, readonly exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExitError';
  }
}

interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export function createOutput(stdout: Sink, stderr: Sink, environment: Readonly<Record<string, string | undefined>> = {}): Output {
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) stdout.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const output: Output = {
    interactive: stdout.isTTY === true && !environment['CI'] && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb',
    get rows() {
      return stdout.rows ?? 24;
    },
    write(text) {
      clear();
      stdout.write(text);
    },
    line: (text = '') => output.write(`${text}\n`),
    lines: (lines) => lines.forEach((line) => output.line(line)),
    json: (value) => output.write(`${JSON.stringify(value, null, 2)}\n`),
    note(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    status(lines) {
      if (!output.interactive) return;
      clear();
      const width = (stdout.columns ?? 80) - 1;
      // What has scrolled away cannot be redrawn.
      const shown = lines.slice(0, output.rows - 1);
      for (const line of shown) stdout.write(`${line.slice(0, width)}\n`);
      drawn = shown.length;
    },
  };
  return output;
}
