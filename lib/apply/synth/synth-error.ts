/** Where in the user's program something is wrong. */
export interface SourceLocation {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly lineText?: string;
}

/** The program cannot be synthesized. The message points at the user's line. */
export class SynthError extends Error {
  constructor(message: string, readonly locations: readonly SourceLocation[], options?: ErrorOptions) {
    super(message, options);
    this.name = 'SynthError';
  }
}

/** `main.ts:3:7: message`, then the line with a mark under the column. */
export function describeProblem(message: string, location: SourceLocation | undefined): string {
  if (!location) return message;
  const { file, line, column, lineText } = location;
  const number = String(line);
  const excerpt = lineText === undefined ? '' : `\n  ${number} | ${lineText}\n  ${' '.repeat(number.length)} | ${' '.repeat(Math.max(column - 1, 0))}^`;
  return `${file}:${line}:${column}: ${message}${excerpt}`;
}
