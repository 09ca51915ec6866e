import * as path from 'node:path';

/** What a `.dockerignore` leaves out. Paths are relative to the folder, with `/`. */
export interface IgnorePatterns {
  /** The last line that matches the path or a folder above it decides. */
  ignores(file: string): boolean;
  /** A line with `!` may bring back something below this folder. */
  mayIncludeBelow(folder: string): boolean;
}

interface Pattern {
  readonly segments: readonly string[];
  readonly expression: RegExp;
  readonly includes: boolean;
}

/**
 * Reads the text of a `.dockerignore` as Docker does: `#` begins a comment at the start of a line only; spaces around a pattern do not count; a leading `/` neither; `*`, `?` and
 * `[…]` stay in one folder, `**` crosses folders; `!` brings back. Throws on a pattern that cannot be read, with its line. Pure.
 * @see https://docs.docker.com/reference/dockerfile/#dockerignore-file
 */
export function parseIgnorePatterns(text: string): IgnorePatterns {
  const patterns = text.replace(/^\uFEFF/, '').split(/\r?\n/).flatMap((line, index) => parseLine(line, index + 1));
  return {
    ignores(file) {
      const candidates = withFoldersAbove(file);
      return patterns.reduce((ignored, { expression, includes }) => (candidates.some((candidate) => expression.test(candidate)) ? !includes : ignored), false);
    },
    mayIncludeBelow: (folder) => patterns.some((pattern) => pattern.includes && reachesBelow(pattern, folder.split('/'))),
  };
}

function parseLine(line: string, number: number): readonly Pattern[] {
  if (line.startsWith('#')) return [];
  const trimmed = line.trim();
  const includes = trimmed.startsWith('!');
  const written = includes ? trimmed.slice(1).trim() : trimmed;
  if (!written) {
    if (includes) throw new Error(`line ${number}: "!" stands alone; write what is to be brought back behind it`);
    return [];
  }
  const pattern = path.posix.normalize(written).replace(/(.)\/$/, '$1').replace(/^\/(?=.)/, '');
  try {
    return [{ segments: pattern.split('/'), expression: new RegExp(`^${toExpression(pattern)}$`, 'su'), includes }];
  } catch (error) {
    throw new Error(`line ${number}: "${written}" is not a pattern; close its [, or write \\[ for the character itself`, { cause: error });
  }
}

const TOKEN = /\*\*\/|\*\*$|\*\*|\*|\?|\[\^?(?:\\.|[^\]\\])+\]|\\.|[^]/gsu;

function toExpression(pattern: string): string {
  return [...pattern.matchAll(TOKEN)].map(([token]) => {
    if (token === '**/' || (token === '**')) return token === '**/' ? '(?:.*/)?' : '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 1 && token.startsWith('[')) return token.replace(/^\[(\^?)(.*)\]$/su, (_, not: string, inside: string) => `[${not}${inside.replace(/[[\]]/gu, '\\$&')}]`);
    if (token === '[' || token === ']') throw new Error(`"${token}" without its other half`);
    const character = token.length > 1 ? token.slice(1) : token;
    return character.replace(/[.*+?^${}()|[\]\\/]/gu, '\\$&');
  }).join('');
}

/** `a/b/c` → `a`, `a/b`, `a/b/c` */
function withFoldersAbove(file: string): readonly string[] {
  const segments = file.split('/');
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

/** Compares segment by segment; what follows a `**` may be anywhere. */
function reachesBelow({ segments }: Pattern, folder: readonly string[]): boolean {
  for (const [index, name] of folder.entries()) {
    const segment = segments[index];
    if (segment === undefined) return true; // the folder itself is within what is brought back
    if (segment.includes('**')) return true;
    if (!new RegExp(`^${toExpression(segment)}$`, 'su').test(name)) return false;
  }
  return true;
}
