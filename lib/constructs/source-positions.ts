import * as fs from 'node:fs';
import { findSourceMap, SourceMap } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { RawFrame } from './trace';

/** A line of a source file as it was written: lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Finds where frames were written: by the source map that Node.js has of the running file, by the one that the file names, or by whoever compiles at run time (ts-node).
 * Keeps what it has found: a program's objects share most of their frames.
 */
export class SourcePositions {
  private readonly maps = new Map<string, SourceMap | undefined>();
  private readonly found = new Map<string, Position | undefined>();

  /** undefined for what is a package's code in the sources (a program that was bundled with its packages). */
  tryFind(frame: RawFrame): Position | undefined {
    const key = `${frame.file}:${frame.line}:${frame.column}`;
    if (!this.found.has(key)) this.found.set(key, this.map(frame));
    return this.found.get(key);
  }

  private map(frame: RawFrame): Position | undefined {
    if (!this.maps.has(frame.file)) this.maps.set(frame.file, findSourceMap(frame.file) ?? tryReadMap(frame.file));
    const map = this.maps.get(frame.file);
    const position = (map ? tryEntry(map, frame) : tryHook(frame)) ?? { file: frame.file, line: frame.line, column: frame.column };
    return /[\\/]node_modules[\\/]/.test(position.file) ? undefined : position;
  }
}

function tryEntry(map: SourceMap, { file, line, column }: RawFrame): Position | undefined {
  const entry = map.findEntry(line - 1, column - 1);
  if (!('originalSource' in entry) || !entry.originalSource) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  const source = originalSource.startsWith('file:') ? fileURLToPath(originalSource) : path.resolve(path.dirname(file), originalSource);
  return { file: source, line: originalLine + 1, column: originalColumn + 1 };
}

/** The source map that a compiled file names in its last line: Node.js reads it only when it was started with --enable-source-maps. */
function tryReadMap(file: string): SourceMap | undefined {
  try {
    const [, url] = /\n\/\/[#@] sourceMappingURL=(\S+)\s*$/.exec(fs.readFileSync(file, 'utf8')) ?? [];
    if (!url) return undefined;
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url);
    const mapFile = path.resolve(path.dirname(file), inline ? '.' : decodeURIComponent(url));
    const text = inline ? Buffer.from(inline[2], inline[1] ? 'base64' : 'utf8').toString('utf8') : fs.readFileSync(mapFile, 'utf8');
    const payload = JSON.parse(text) as { readonly sources: readonly string[]; readonly sourceRoot?: string };
    const folder = inline ? path.dirname(file) : path.dirname(mapFile);
    const sources = payload.sources.map((source) => (source.startsWith('file:') ? source : pathToFileURL(path.resolve(folder, payload.sourceRoot ?? '', source)).href));
    return new SourceMap({ ...payload, sourceRoot: '', sources } as never);
  } catch {
    return undefined; // a map that is missing or broken is no reason to fail: the compiled line is told
  }
}

/** ts-node and the like keep their maps to themselves; they tell them when they format a stack. */
function tryHook({ site }: RawFrame): Position | undefined {
  const text = typeof Error.prepareStackTrace === 'function' ? String(Error.prepareStackTrace(new Error('position'), [site])) : '';
  const [, name, line, column] = /\(?((?:file:\/\/)?(?:[A-Za-z]:\\|\/)[^()\n]*?):(\d+):(\d+)\)?\s*$/.exec(text) ?? [];
  return name ? { file: name.startsWith('file:') ? fileURLToPath(name) : name, line: Number(line), column: Number(column) } : undefined;
}
