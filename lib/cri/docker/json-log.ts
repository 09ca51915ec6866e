import type { LogChunk, LogOptions } from '../cri';

/** One line of the engine's json-file log. */
export interface JsonLogEntry {
  readonly log: string;
  readonly stream: LogChunk['stream'];
  /** RFC 3339 with up to nine digits of a second. */
  readonly time: string;
}

/** undefined for what is none: a line that was cut off when the machine stopped. Pure. */
export function tryParseEntry(line: string): JsonLogEntry | undefined {
  try {
    const { log, stream, time } = JSON.parse(line) as Partial<JsonLogEntry>;
    return typeof log === 'string' && typeof time === 'string' ? { log, stream: stream === 'stderr' ? 'stderr' : 'stdout', time } : undefined;
  } catch {
    return undefined;
  }
}

/** Entries as the container wrote them; with times each line begins with its own, whose digits are as many in all. */
export class EntryPrinter {
  private readonly inLine = { stdout: false, stderr: false };

  constructor(private readonly options: Pick<LogOptions, 'since' | 'timestamps'>) {}

  /** undefined for what is older than asked for. */
  print({ log, stream, time }: JsonLogEntry): LogChunk | undefined {
    const { since, timestamps } = this.options;
    const continued = this.inLine[stream];
    this.inLine[stream] = !log.endsWith('\n');
    if (since !== undefined && Date.parse(time) < since) return undefined;
    return { stream, data: Buffer.from(timestamps && !continued ? `${fixedTime(time)} ${log}` : log) };
  }
}

const fixedTime = (time: string) => time.replace(/(?:\.(\d+))?Z$/, (_, digits: string = '') => `.${digits.padEnd(9, '0')}Z`);
