/** Structured log lines. Passed in, never imported as a global; the default of library code is `silentLogger`. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same sink with fields added to each line. */
  child(fields: LogFields): Logger;
}

/** An `error` field may be any thrown value; its message, stack and causes are written. */
export type LogFields = Readonly<Record<string, unknown>>;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

/** One JSON object a line, to `write`. Lines below `level` are dropped before they are formatted. */
export function jsonLogger(write: (line: string) => void, level: LogLevel = 'info', fields: LogFields = {}): Logger {
  const at = (lineLevel: LogLevel) => (message: string, more: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(lineLevel) < LOG_LEVELS.indexOf(level)) return;
    write(JSON.stringify({ time: new Date().toISOString(), level: lineLevel, message, ...fields, ...more }, replaceErrors) + '\n');
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (more) => jsonLogger(write, level, { ...fields, ...more }) };
}

function replaceErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { message: value.message, stack: value.stack, cause: value.cause } : value;
}
