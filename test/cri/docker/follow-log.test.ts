import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogOptions } from '../../../lib/cri/cri';
import { followLog } from '../../../lib/cri/docker/follow-log';

const entry = (log: string, stream = 'stdout', time = '2026-01-01T00:00:01.5Z') => `${JSON.stringify({ log, stream, time })}\n`;

describe('following a json-file log', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'follow-'));
    file = path.join(directory, 'c-json.log');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const rotate = () => {
    for (let index = 3; index > 0; index--) try { renameSync(`${file}.${index}`, `${file}.${index + 1}`); } catch { /* not there */ }
    renameSync(file, `${file}.1`);
    writeFileSync(file, '');
  };
  async function readUntil(count: number, options: LogOptions, meanwhile: (seen: number) => void = () => undefined): Promise<string> {
    let text = '';
    let seen = 0;
    const end = new AbortController();
    for await (const { data } of followLog(file, { ...options, signal: end.signal }, new Promise(() => undefined))) {
      text += data.toString();
      meanwhile(seen += 1);
      if (seen === count) break;
    }
    end.abort();
    return text;
  }

  it('gives what was rotated away first, and ends with the container', async () => {
    writeFileSync(`${file}.2`, entry('one\n'));
    writeFileSync(`${file}.1`, entry('two\n'));
    writeFileSync(file, entry('three\n') + '{"log":"cut of');
    let text = '';
    for await (const { data } of followLog(file, {}, Promise.resolve())) text += data.toString();
    expect(text).toBe('one\ntwo\nthree\n');
  });

  it('goes through rotations, each line once, also two at once', async () => {
    writeFileSync(file, entry('1\n'));
    expect(await readUntil(5, {}, (seen) => {
      if (seen === 1) {
        appendFileSync(file, entry('2\n'));
        rotate();
        appendFileSync(file, entry('3\n'));
        rotate();
        appendFileSync(file, entry('4\n'));
      }
      if (seen === 4) appendFileSync(file, entry('5\n'));
    })).toBe('1\n2\n3\n4\n5\n');
  });

  it('begins with the last lines, or with those since a time', async () => {
    writeFileSync(`${file}.1`, entry('a\n') + entry('b\n', 'stdout', '2026-01-01T00:00:05Z'));
    writeFileSync(file, entry('lo', 'stdout', '2026-01-01T00:00:06Z') + entry('ng\n', 'stdout', '2026-01-01T00:00:06Z'));
    expect(await readUntil(3, { tail: 2 })).toBe('b\nlong\n');
    expect(await readUntil(3, { since: Date.parse('2026-01-01T00:00:05Z'), timestamps: true })).toBe('2026-01-01T00:00:05.000000000Z b\n2026-01-01T00:00:06.000000000Z long\n');
  });
});
