import type { FieldError } from '../status-error';
import { isGoSyntax, type GoSyntax } from './go-syntax';
import { semanticEqual } from './semantic-equal';

/** A value in a message: text is quoted, numbers and booleans are bare, `undefined` is `"null"`, the rest is given in Go's syntax. */
export type PrintedValue = string | number | boolean | undefined | GoSyntax;

/** Collects the problems of one object, in upstream's words (k8s.io/apimachinery/pkg/util/validation/field). */
export class FieldErrors {
  readonly list: FieldError[] = [];

  required(field: string, detail = ''): void {
    this.add('FieldValueRequired', field, 'Required value', detail);
  }

  invalid(field: string, value: PrintedValue, detail = ''): void {
    this.add('FieldValueInvalid', field, `Invalid value: ${print(value)}`, detail);
  }

  /** One error for each message. */
  invalidEach(field: string, value: PrintedValue, details: readonly string[]): void {
    for (const detail of details) this.invalid(field, value, detail);
  }

  notSupported(field: string, value: PrintedValue, supported: readonly string[]): void {
    this.add('FieldValueNotSupported', field, `Unsupported value: ${print(value)}`, `supported values: ${supported.map(quote).join(', ')}`);
  }

  /** `notSupported` unless the value is one of `supported`. */
  oneOf(field: string, value: string | undefined, supported: readonly string[]): void {
    if (!supported.includes(value ?? '')) this.notSupported(field, value ?? '', supported);
  }

  forbidden(field: string, detail: string): void {
    this.add('FieldValueForbidden', field, 'Forbidden', detail);
  }

  duplicate(field: string, value: PrintedValue, detail = ''): void {
    this.add('FieldValueDuplicate', field, `Duplicate value: ${print(value)}`, detail);
  }

  notFound(field: string, value: PrintedValue): void {
    this.add('FieldValueNotFound', field, `Not found: ${print(value)}`, '');
  }

  tooLong(field: string, maximum: number): void {
    this.add('FieldValueTooLong', field, 'Too long', `must have at most ${maximum} bytes`);
  }

  tooMany(field: string, actual: number, maximum: number): void {
    this.add('FieldValueTooMany', field, `Too many: ${actual}`, `must have at most ${maximum} items`);
  }

  nonNegative(field: string, value: number | undefined): void {
    if (value !== undefined && value < 0) this.invalid(field, value, 'must be greater than or equal to 0');
  }

  inRange(field: string, value: number, low: number, high: number): void {
    if (value < low || value > high) this.invalid(field, value, `must be between ${low} and ${high}, inclusive`);
  }

  /** `value` is what a message shows if it differs from the old one. */
  immutable(field: string, now: unknown, old: unknown, value: PrintedValue = now as PrintedValue): void {
    if (!semanticEqual(now, old)) this.invalid(field, value, 'field is immutable');
  }

  private add(reason: FieldError['reason'], field: string, what: string, detail: string): void {
    this.list.push({ reason, field, message: detail ? `${what}: ${detail}` : what });
  }
}

function print(value: PrintedValue): string {
  if (value === undefined) return '"null"';
  if (typeof value === 'string') return quote(value);
  return isGoSyntax(value) ? value.goSyntax : String(value);
}

/** Go's %q. */
export const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f\u007f]/g, escapeControl)}"`;

const NAMED: Readonly<Record<string, string>> = { '\u0007': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };
const escapeControl = (character: string) => NAMED[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
