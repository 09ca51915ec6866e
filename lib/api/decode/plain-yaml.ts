/** Offsets of the keys of a map, or of the items of a list, by key or index. */
export type Places = Map<object, Map<string | number, number>>;

export interface PlainYamlOptions {
  /** The value of a plain scalar that may be something else than text: `8080`, `true`, `1e3`, `10Gi`. */
  readonly resolveScalar: (text: string) => unknown;
  /** Filled in with where everything is written. @default not asked for */
  readonly places?: Places;
}

/**
 * Reads a document in the plain style that nearly all manifests have: block maps and lists, scalars and `{…}` and `[…]` on one line, literal blocks (`|`), comments. Ten times as fast as a whole YAML
 * parser. undefined for everything else, and for whatever is wrong: the whole parser decides then. What it reads it reads as that one does; a test compares them on mutated texts.
 */
export function tryPlainYaml(text: string, options: PlainYamlOptions): { readonly value: unknown } | undefined {
  if (UNUSUAL_CHARACTER.test(text)) return undefined;
  try {
    return { value: new PlainYaml(text, options).document() };
  } catch (error) {
    if (error === UNUSUAL) return undefined;
    throw error;
  }
}

/** Control characters, other line ends, surrogates: rare, and some of them are refused. */
const UNUSUAL_CHARACTER = /[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff]/;

/** Thrown to leave the document to the whole parser. One object: nobody looks at its stack. */
const UNUSUAL = new Error('not plain YAML');

const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const DASH = 45;
const COLON = 58;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_MAP = 123;
const PIPE = 124;
const CLOSE_MAP = 125;

/** Characters that begin something else than a plain scalar. A `-` is looked at on its own. */
const INDICATORS = new Set([...'?:,[]{}#&*!|>\'"%@`<='].map((character) => character.charCodeAt(0)));

/** What may be a number, a boolean or null, in one of YAML 1.1's spellings. Anything else is text. */
const AMBIGUOUS = /^(?:[-+.0-9]|~$|null$|Null$|NULL$|(?:y|n|yes|no|on|off|true|false)$)/i;

class PlainYaml {
  private at = 0;
  /** Column of the next token, after `toContent`. */
  private indent = 0;

  constructor(private readonly text: string, private readonly options: PlainYamlOptions) {}

  document(): unknown {
    this.restOfLine(this.at, true); // behind the `---`
    if (!this.toContent()) throw UNUSUAL;
    const { indent } = this;
    const value = this.block(indent);
    if (this.toContent()) throw UNUSUAL;
    return value;
  }

  /** Goes to the next line that has something, and sets its indent. False at the end. */
  private toContent(): boolean {
    const { text } = this;
    for (;;) {
      const start = this.at;
      while (text.charCodeAt(this.at) === SPACE) this.at++;
      if (this.at >= text.length) return false;
      const code = text.charCodeAt(this.at);
      if (code === NEWLINE) this.at++;
      else if (code === HASH) this.toNextLine();
      else {
        this.indent = this.at - start;
        if (this.indent === 0 && (text.startsWith('---', this.at) || text.startsWith('...', this.at))) throw UNUSUAL;
        return true;
      }
    }
  }

  private toNextLine(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end + 1;
  }

  /** A map or list that begins here. */
  private block(indent: number): unknown {
    return this.isItem() ? this.list(indent) : this.map(indent);
  }

  private isItem(): boolean {
    return this.text.charCodeAt(this.at) === DASH && isSpaceOrEnd(this.text.charCodeAt(this.at + 1));
  }

  private list(indent: number): unknown[] {
    const items: unknown[] = [];
    const places = this.options.places && new Map<string | number, number>();
    do {
      if (!this.isItem()) throw UNUSUAL;
      const dash = this.at++;
      this.spaces();
      places?.set(items.length, isEnd(this.text.charCodeAt(this.at)) ? dash : this.at);
      items.push(this.item(indent, indent + this.at - dash));
    } while (this.toContent() && this.indent === indent && this.isItem());
    this.refuseDeeper(indent);
    if (places) this.options.places?.set(items, places);
    return items;
  }

  /** @param column of what is behind the dash */
  private item(indent: number, column: number): unknown {
    const code = this.text.charCodeAt(this.at);
    if (isEnd(code) || code === HASH) return this.below(indent, false);
    if (code === OPEN_MAP || code === OPEN_LIST) return this.scalar(indent);
    return this.isItem() || this.tryKeyEnd() >= 0 ? this.block(column) : this.scalar(indent);
  }

  /** The value on the lines below a key or dash: deeper, or a list right below its key; nothing is null. */
  private below(indent: number, isKey: boolean): unknown {
    this.restOfLine(this.at);
    const back = this.at;
    if (this.toContent()) {
      if (this.indent > indent) return this.isItem() || this.tryKeyEnd() >= 0 ? this.block(this.indent) : this.fail();
      if (isKey && this.indent === indent && this.isItem()) return this.list(indent);
    }
    this.at = back;
    return null;
  }

  private fail(): never {
    throw UNUSUAL;
  }

  private map(indent: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const places = this.options.places && new Map<string | number, number>();
    do {
      const start = this.at;
      const colon = this.tryKeyEnd();
      if (colon < 0) throw UNUSUAL;
      const key = this.key(start, colon);
      if (key === '<<' || key === '__proto__' || Object.hasOwn(map, key)) throw UNUSUAL;
      places?.set(key, start);
      this.at = colon + 1;
      this.spaces();
      const code = this.text.charCodeAt(this.at);
      map[key] = isEnd(code) || (code === HASH && this.at > colon + 1) ? this.below(indent, true) : this.scalar(indent);
    } while (this.toContent() && this.indent === indent && !this.isItem());
    this.refuseDeeper(indent);
    if (places) this.options.places?.set(map, places);
    return map;
  }

  /** What follows a finished block must be further left; the caller's loop has moved to it. */
  private refuseDeeper(indent: number): void {
    if (this.at < this.text.length && this.indent > indent) throw UNUSUAL;
    this.at -= this.at < this.text.length ? this.indent : 0; // its caller counts the indent again
  }

  /** Position of the colon when a key begins here, else -1. */
  private tryKeyEnd(): number {
    const { text } = this;
    const first = text.charCodeAt(this.at);
    if (first === QUOTE || first === APOSTROPHE) {
      const end = this.quoteEnd(first);
      return text.charCodeAt(end + 1) === COLON && isSpaceOrEnd(text.charCodeAt(end + 2)) ? end + 1 : -1;
    }
    for (let at = this.at; ; at++) {
      const code = text.charCodeAt(at);
      if (isEnd(code)) return -1;
      if (code === COLON && isSpaceOrEnd(text.charCodeAt(at + 1))) return at;
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) return -1;
    }
  }

  private key(start: number, colon: number): string {
    const { text } = this;
    const first = text.charCodeAt(start);
    if (first === QUOTE || first === APOSTROPHE) return this.unquoted(start, colon - 1);
    const key = text.slice(start, colon);
    if (INDICATORS.has(first) || key.endsWith(' ') || typeof this.resolved(key) !== 'string') throw UNUSUAL;
    return key;
  }

  /** A scalar that begins here; goes to the next line. */
  private scalar(indent: number): unknown {
    const { text } = this;
    const first = text.charCodeAt(this.at);
    if (first === QUOTE || first === APOSTROPHE) {
      const start = this.at;
      const end = this.quoteEnd(first);
      this.restOfLine(end + 1);
      return this.unquoted(start, end);
    }
    if (first === PIPE) return this.literal(indent);
    if (first === OPEN_MAP || first === OPEN_LIST) {
      const value = this.flow();
      this.restOfLine(this.at);
      return value;
    }
    if (INDICATORS.has(first) || this.isItem()) throw UNUSUAL;
    return this.plain();
  }

  private plain(): unknown {
    const { text } = this;
    let end = this.at;
    for (;; end++) {
      const code = text.charCodeAt(end);
      if (isEnd(code) || (code === HASH && text.charCodeAt(end - 1) === SPACE)) break;
      if (code === COLON && isSpaceOrEnd(text.charCodeAt(end + 1))) throw UNUSUAL;
    }
    const value = this.resolved(text.slice(this.at, this.withoutSpaces(end)));
    this.at = end;
    this.toNextLine();
    return value;
  }

  /** `{…}` or `[…]` on one line; goes behind it. */
  private flow(): unknown {
    const isMap = this.text.charCodeAt(this.at) === OPEN_MAP;
    const close = isMap ? CLOSE_MAP : CLOSE_LIST;
    const map: Record<string, unknown> = {};
    const items: unknown[] = [];
    const places = this.options.places && new Map<string | number, number>();
    this.at++;
    this.spaces();
    if (this.text.charCodeAt(this.at) !== close) {
      do {
        this.spaces();
        if (isMap) this.flowEntry(map, places);
        else {
          places?.set(items.length, this.at);
          items.push(this.flowValue());
        }
        this.spaces();
      } while (this.text.charCodeAt(this.at++) === COMMA);
      this.at--;
    }
    if (this.text.charCodeAt(this.at++) !== close) throw UNUSUAL;
    const container = isMap ? map : items;
    if (places) this.options.places?.set(container, places);
    return container;
  }

  private flowEntry(map: Record<string, unknown>, places: Map<string | number, number> | undefined): void {
    const start = this.at;
    const first = this.text.charCodeAt(start);
    const end = first === QUOTE || first === APOSTROPHE ? this.quoteEnd(first) + 1 : this.flowEnd();
    if (this.text.charCodeAt(end) !== COLON || this.text.charCodeAt(end + 1) !== SPACE) throw UNUSUAL;
    const key = this.key(start, end);
    if (key === '<<' || key === '__proto__' || Object.hasOwn(map, key)) throw UNUSUAL;
    places?.set(key, start);
    this.at = end + 1;
    this.spaces();
    map[key] = this.flowValue();
  }

  private flowValue(): unknown {
    const { text } = this;
    const start = this.at;
    const first = text.charCodeAt(start);
    if (first === OPEN_MAP || first === OPEN_LIST) return this.flow();
    if (first === QUOTE || first === APOSTROPHE) {
      const end = this.quoteEnd(first);
      this.at = end + 1;
      return this.unquoted(start, end);
    }
    const end = this.flowEnd();
    // An empty value, a dash, a pair in a list.
    if (end === start || INDICATORS.has(first) || (first === DASH && end === start + 1) || text.charCodeAt(end) === COLON) throw UNUSUAL;
    this.at = end;
    return this.resolved(text.slice(start, this.withoutSpaces(end)));
  }

  /** Where a plain scalar in `{…}` or `[…]` ends. */
  private flowEnd(): number {
    const { text } = this;
    for (let at = this.at; ; at++) {
      const code = text.charCodeAt(at);
      if (code === COMMA || code === CLOSE_MAP || code === CLOSE_LIST) return at;
      if (code === COLON) {
        const next = text.charCodeAt(at + 1);
        if (next === SPACE) return at;
        if (isEnd(next) || next === COMMA || next === CLOSE_MAP || next === CLOSE_LIST || next === OPEN_MAP || next === OPEN_LIST) throw UNUSUAL;
      }
      if (isEnd(code) || code === OPEN_MAP || code === OPEN_LIST || (code === HASH && text.charCodeAt(at - 1) === SPACE) || (code === DASH && at === this.at && text.charCodeAt(at + 1) === SPACE)) throw UNUSUAL;
    }
  }

  private spaces(): void {
    while (this.text.charCodeAt(this.at) === SPACE) this.at++;
  }

  private withoutSpaces(end: number): number {
    let last = end;
    while (this.text.charCodeAt(last - 1) === SPACE) last--;
    return last;
  }

  private resolved(value: string): unknown {
    if (value.includes('\t')) throw UNUSUAL;
    if (!AMBIGUOUS.test(value)) return value;
    try {
      return this.options.resolveScalar(value);
    } catch {
      throw UNUSUAL;
    }
  }

  /** Where a quoted scalar ends: at its closing quote on the same line. */
  private quoteEnd(quote: number): number {
    const { text } = this;
    for (let at = this.at + 1; ; at++) {
      const code = text.charCodeAt(at);
      if (isEnd(code) || (code === 92 && quote === QUOTE && isEnd(text.charCodeAt(at + 1)))) throw UNUSUAL;
      if (code === 92 && quote === QUOTE) at++;
      else if (code === quote) {
        if (quote === QUOTE || text.charCodeAt(at + 1) !== APOSTROPHE) return at;
        at++;
      }
    }
  }

  private unquoted(start: number, end: number): string {
    const inner = this.text.slice(start + 1, end);
    if (this.text.charCodeAt(start) === APOSTROPHE) return inner.replaceAll("''", "'");
    if (!inner.includes('\\')) return inner;
    // The escapes that JSON and YAML have in common.
    if (inner.includes('\t') || !/^(?:[^\\]|\\(?:["\\/bfnrt]|u(?!d[89a-f])[0-9a-f]{4}))*$/i.test(inner)) throw UNUSUAL;
    return JSON.parse(`"${inner}"`) as string;
  }

  /** Only blanks or a comment may follow; goes to the next line. */
  private restOfLine(from: number, mayBeSkipped = false): void {
    const { text } = this;
    let at = from;
    while (text.charCodeAt(at) === SPACE) at++;
    const code = text.charCodeAt(at);
    if (isEnd(code) || (code === HASH && (at > from || at === 0 || text.charCodeAt(at - 1) === SPACE || text.charCodeAt(at - 1) === NEWLINE))) {
      this.at = at;
      return this.toNextLine();
    }
    if (!mayBeSkipped) throw UNUSUAL;
  }

  /** A `|` block: its lines without their common indent. */
  private literal(indent: number): string {
    const { text } = this;
    let header = this.at + 1;
    const chomp = text.charCodeAt(header) === DASH ? 'strip' : text[header] === '+' ? 'keep' : 'clip';
    if (chomp !== 'clip') header++;
    this.restOfLine(header);
    const lines: string[] = [];
    let column = -1;
    while (this.at < text.length) {
      const end = text.indexOf('\n', this.at);
      if (end < 0) throw UNUSUAL; // whether a last line without an end counts as ended is for the whole parser
      let start = this.at;
      while (text.charCodeAt(start) === SPACE) start++;
      const blank = start === end;
      const deep = start - this.at;
      if (column < 0 && !blank) {
        if (deep <= indent) break;
        if (lines.some((line) => line.length > deep)) throw UNUSUAL;
        column = deep;
        lines.fill('');
      }
      if (!blank && deep < column) break;
      lines.push(column < 0 ? text.slice(this.at, end) : text.slice(Math.min(this.at + column, end), end));
      this.at = end + 1;
    }
    if (column < 0) throw UNUSUAL;
    let last = lines.length;
    while (lines[last - 1] === '') last--;
    const body = lines.slice(0, last).join('\n');
    return chomp === 'strip' ? body : chomp === 'clip' ? `${body}\n` : `${body}\n${'\n'.repeat(lines.length - last)}`;
  }
}

const isEnd = (code: number) => code === NEWLINE || Number.isNaN(code);
const isSpaceOrEnd = (code: number) => code === SPACE || code === NEWLINE || Number.isNaN(code);
