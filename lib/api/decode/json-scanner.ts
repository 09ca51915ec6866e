import type { Schema } from '../schema/schema-node';
import { DecodingError } from './decoding-error';

/** Parses JSON; a syntax error has the words of Go's encoding/json. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    new JsonScanner(text).scan();
    throw new DecodingError('unexpected end of JSON input');
  }
}

/**
 * What strict decoding finds in the text of an object, in the order of the text: fields written twice and, with a schema, fields that
 * the schema does not have. The text must be valid JSON.
 */
export function strictErrors(text: string, schema?: Schema): string[] {
  const scanner = new JsonScanner(text);
  scanner.scan(schema);
  return scanner.errors;
}

/** A place in the text that strict decoding looks at. `schema` undefined: below an unknown field or in free-form JSON. */
interface Place {
  readonly path: string;
  readonly schema: Schema | undefined;
  /** Below an unknown field nothing is reported. */
  readonly reports: boolean;
}

class JsonScanner {
  readonly errors: string[] = [];
  private at = 0;

  constructor(private readonly text: string) {}

  scan(schema?: Schema): void {
    this.value({ path: '', schema, reports: true });
    this.blanks();
    if (this.at < this.text.length) throw this.unexpected('after top-level value');
  }

  private value(place: Place): void {
    this.blanks();
    const character = this.text[this.at];
    if (character === '{') this.object(place);
    else if (character === '[') this.array(place);
    else if (character === '"') this.string();
    else if (character === '-' || (character !== undefined && character >= '0' && character <= '9')) this.number();
    else if (character === 't') this.literal('true');
    else if (character === 'f') this.literal('false');
    else if (character === 'n') this.literal('null');
    else throw this.unexpected('looking for beginning of value');
  }

  private object({ path, schema, reports }: Place): void {
    this.at += 1;
    this.blanks();
    if (this.text[this.at] === '}') {
      this.at += 1;
      return;
    }
    const seen = new Set<string>();
    for (;;) {
      this.blanks();
      if (this.text[this.at] !== '"') throw this.unexpected('looking for beginning of object key string');
      const key = this.string();
      this.blanks();
      if (this.text[this.at] !== ':') throw this.unexpected('after object key');
      this.at += 1;
      const next = schema && (schema.fields.get(key)?.schema ?? schema.element);
      const unknown = reports && schema !== undefined && schema.type !== 'any' && !next;
      const at = path ? `${path}.${key}` : key;
      if (unknown) this.report(`unknown field "${at}"`);
      else if (reports && seen.has(key)) this.report(`duplicate field "${at}"`);
      seen.add(key);
      this.value({ path: at, schema: next, reports: reports && !unknown });
      if (this.closes('}', 'after object key:value pair')) return;
    }
  }

  private array({ path, schema, reports }: Place): void {
    this.at += 1;
    this.blanks();
    if (this.text[this.at] === ']') {
      this.at += 1;
      return;
    }
    for (let index = 0; ; index += 1) {
      this.value({ path: `${path}[${index}]`, schema: schema?.element, reports });
      if (this.closes(']', 'after array element')) return;
    }
  }

  /** After an element: true at the closing bracket, false after a comma. */
  private closes(bracket: string, context: string): boolean {
    this.blanks();
    const character = this.text[this.at];
    if (character !== bracket && character !== ',') throw this.unexpected(context);
    this.at += 1;
    return character === bracket;
  }

  private string(): string {
    const start = this.at;
    this.at += 1;
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined || character < ' ') throw this.unexpected('in string literal');
      this.at += 1;
      if (character === '"') break;
      if (character !== '\\') continue;
      if (!'"\\/bfnrtu'.includes(this.text[this.at] ?? ' ')) throw this.unexpected('in string escape code');
      this.at += 1;
    }
    const quoted = this.text.slice(start, this.at);
    return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  }

  private number(): void {
    const match = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.text.slice(this.at, this.at + 400));
    if (!match) {
      this.at += 1;
      throw this.unexpected('in numeric literal');
    }
    this.at += match[0].length;
  }

  private literal(word: string): void {
    for (let index = 0; index < word.length; index += 1, this.at += 1) {
      if (this.text[this.at] !== word[index]) throw this.unexpected(`in literal ${word} (expecting '${word[index]}')`);
    }
  }

  private blanks(): void {
    while (this.at < this.text.length && ' \t\r\n'.includes(this.text[this.at] as string)) this.at += 1;
  }

  private report(error: string): void {
    if (!this.errors.includes(error)) this.errors.push(error);
  }

  private unexpected(context: string): DecodingError {
    const character = this.text[this.at];
    if (character === undefined) return new DecodingError('unexpected end of JSON input');
    const shown = character === "'" ? String.raw`'\''` : character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`;
    return new DecodingError(`invalid character ${shown} ${context}`);
  }
}
