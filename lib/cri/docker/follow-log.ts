import { watch } from 'node:fs';
import { access } from 'node:fs/promises';
import * as path from 'node:path';
import type { LogChunk, LogOptions } from '../cri';
import { EntryPrinter, tryParseEntry, type JsonLogEntry } from './json-log';
import { isCurrent, openLogFiles, openNewerFiles, type LogFile } from './log-files';

const CHUNK = 64 * 1024;
/** Appending is told by the file system; this is for one that does not. */
const PATIENCE = 1_000;

export const isReadable = (logPath: string) => access(logPath).then(() => true, () => false);

/**
 * What a container has written and writes, from the engine's json-file log itself, until `ended` resolves and all is read: the engine gives lines twice to
 * who follows a log that is rotated (seen with Docker 20.10).
 */
export async function* followLog(logPath: string, options: LogOptions, ended: Promise<unknown>): AsyncGenerator<LogChunk> {
  const printer = new EntryPrinter(options);
  const wait = new Waiter(path.dirname(logPath), ended, options.signal);
  const open = new Set(await openLogFiles(logPath));
  try {
    const files = [...open].map((file) => new EntryReader(file));
    yield* printAll(await lastEntries(files, options.tail), printer);
    for (let current = files.at(-1); current && !options.signal?.aborted;) {
      const over = wait.over;
      const entries = await current.read();
      yield* printAll(entries, printer);
      if (entries.length > 0) continue;
      if (await isCurrent(logPath, current.file)) {
        if (over) return;
        await wait.next();
        continue;
      }
      // What was appended before the engine let go of it is read first.
      yield* printAll(await current.readAll(), printer);
      const newer = await openNewerFiles(logPath, current.file);
      for (const file of newer) open.add(file);
      const readers = newer.map((file) => new EntryReader(file));
      for (const reader of readers.slice(0, -1)) yield* printAll(await reader.readAll(), printer);
      current = readers.at(-1) ?? current;
    }
  } finally {
    wait.close();
    await Promise.all([...open].map(({ handle }) => handle.close().catch(() => undefined)));
  }
}

async function lastEntries(files: readonly EntryReader[], tail: number | undefined): Promise<readonly JsonLogEntry[]> {
  let entries: readonly JsonLogEntry[] = [];
  for (const file of files) {
    entries = [...entries, ...await file.readAll()];
    if (tail !== undefined) entries = lastLines(entries, tail);
  }
  return entries;
}

/** A line longer than the engine's buffer is several entries. Pure. */
function lastLines(entries: readonly JsonLogEntry[], count: number): readonly JsonLogEntry[] {
  let lines = 0;
  for (let index = entries.length - 1; index >= 0; index--) {
    const endsLine = index === entries.length - 1 || entries[index]?.log.endsWith('\n');
    if (endsLine) lines += 1;
    if (lines > count) return entries.slice(index + 1);
  }
  return entries;
}

function* printAll(entries: readonly JsonLogEntry[], printer: EntryPrinter): Generator<LogChunk> {
  for (const entry of entries) {
    const chunk = printer.print(entry);
    if (chunk) yield chunk;
  }
}

/** Reads one file on, entry by entry; a line that is not whole yet waits for its rest. */
class EntryReader {
  private position = 0;
  private partial = Buffer.alloc(0);

  constructor(readonly file: LogFile) {}

  async read(): Promise<readonly JsonLogEntry[]> {
    for (;;) {
      const { bytesRead, buffer } = await this.file.handle.read(Buffer.alloc(CHUNK), 0, CHUNK, this.position);
      if (bytesRead === 0) return [];
      this.position += bytesRead;
      const text = Buffer.concat([this.partial, buffer.subarray(0, bytesRead)]);
      const end = text.lastIndexOf(10) + 1;
      this.partial = text.subarray(end);
      const entries = text.subarray(0, end).toString('utf8').split('\n').map(tryParseEntry).filter((entry) => entry !== undefined);
      if (entries.length > 0) return entries;
    }
  }

  async readAll(): Promise<readonly JsonLogEntry[]> {
    const all: JsonLogEntry[] = [];
    for (let entries = await this.read(); entries.length > 0; entries = await this.read()) all.push(...entries);
    return all;
  }
}

/** Wakes when the directory changes, the container has ended, or nobody reads any more. */
class Waiter {
  over = false;
  private changed = false;
  private wake = () => {};
  private readonly stopWatching: () => void;

  constructor(directory: string, ended: Promise<unknown>, signal: AbortSignal | undefined) {
    const notify = () => {
      this.changed = true;
      this.wake();
    };
    const watcher = watch(directory, { persistent: false }, notify).on('error', () => undefined);
    this.stopWatching = () => watcher.close();
    const end = () => {
      this.over = true;
      notify();
    };
    ended.then(end, end);
    signal?.addEventListener('abort', notify, { once: true });
  }

  async next(): Promise<void> {
    if (!this.changed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.changed = false;
  }

  close(): void {
    this.stopWatching();
  }
}
