import { Duration } from 'cdk8s';
import { tryNearest } from '../base/nearest';
import { durationText, parseDuration } from './duration-text';

/** A variable of the configuration. A plain value is short for a default: `'EUR'`, `5`, `true`. */
export type ConfigVariable = string | number | boolean | ConfigVariableOptions;

/** What a variable is declared as. */
export type ConfigVariableOptions = TextVariable | NumberVariable | BooleanVariable | UrlVariable | DurationVariable;

interface Described {
  /** What it is for, in one sentence. Shown with its problems. @default none */
  readonly description?: string;
  /** It may have no value; the process then gets no such variable. @default false: without a default every environment must give one */
  readonly optional?: boolean;
}

export interface TextVariable extends Described {
  /** @default string */
  readonly type?: 'string';
  /** Used where the environment gives no value. @default none: every environment must give one */
  readonly default?: string;
  /** The values that are allowed. @default any */
  readonly oneOf?: readonly string[];
  /** What the whole value must match. @default any */
  readonly pattern?: RegExp;
}

export interface NumberVariable extends Described {
  /** `integer`: whole numbers only. */
  readonly type: 'number' | 'integer';
  /** @default none */
  readonly default?: number;
  /** The least value. @default none */
  readonly min?: number;
  /** The greatest value. @default none */
  readonly max?: number;
}

export interface BooleanVariable extends Described {
  /** The process gets `true` or `false`. */
  readonly type: 'boolean';
  /** @default none */
  readonly default?: boolean;
}

export interface UrlVariable extends Described {
  /** An absolute URL. */
  readonly type: 'url';
  /** @default none */
  readonly default?: string;
  /** Without the colon. @default http and https */
  readonly schemes?: readonly string[];
}

export interface DurationVariable extends Described {
  /** `90s`, `1h30m`, `250ms`; in the program a Duration. */
  readonly type: 'duration';
  /** @default none */
  readonly default?: string | Duration;
  /** @default 0 */
  readonly min?: Duration;
  /** @default none */
  readonly max?: Duration;
  /** How the process gets it: as text, or as a number of that unit. @default text */
  readonly as?: 'text' | 'seconds' | 'milliseconds';
}

/** What an environment gives a variable. A text is read as the variable's type. */
export type ConfigValue = string | number | boolean | Duration;

/** The type of a variable's value in the program. */
export type ConfigValueOf<V> =
  V extends string ? string
  : V extends number ? number
  : V extends boolean ? boolean
  : (V extends { readonly oneOf: readonly (infer Choice)[] } ? Choice
    : V extends { readonly type: 'number' | 'integer' } ? number
    : V extends { readonly type: 'boolean' } ? boolean
    : V extends { readonly type: 'url' } ? URL
    : V extends { readonly type: 'duration' } ? Duration
    : string) | (V extends { readonly optional: true } ? undefined : never);

/** A value as the process gets it, and as the program does. */
export interface ResolvedValue {
  readonly text: string;
  readonly value: unknown;
}

/** The value of a variable; undefined when it is optional and has none. Throws what is wrong, without saying where: `is "loud"; it must be one of: …`. */
export function resolveVariable(variable: ConfigVariable, given: ConfigValue | undefined): ResolvedValue | undefined {
  const options = toOptions(variable);
  checkOptions(options);
  const value = given ?? options.default;
  if (value !== undefined) return READERS[options.type ?? 'string'](value, options as never);
  if (options.optional) return undefined;
  throw new MissingValue();
}

/** Neither the environment nor the declaration has a value. */
export class MissingValue extends Error {}

export function toOptions(variable: ConfigVariable): ConfigVariableOptions {
  switch (typeof variable) {
    case 'string': return { default: variable };
    case 'number': return { type: Number.isInteger(variable) ? 'integer' : 'number', default: variable };
    case 'boolean': return { type: 'boolean', default: variable };
    default: return variable;
  }
}

const OPTIONS: Readonly<Record<NonNullable<ConfigVariableOptions['type']>, readonly string[]>> = {
  string: ['oneOf', 'pattern'], number: ['min', 'max'], integer: ['min', 'max'], boolean: [], url: ['schemes'], duration: ['min', 'max', 'as'],
};

/** TypeScript does not see a mistyped option where it infers the type of the declaration. */
function checkOptions(options: ConfigVariableOptions): void {
  const type = options.type ?? 'string';
  if (!Object.hasOwn(OPTIONS, type)) throw new Error(`is declared with the type "${type}"; there are ${Object.keys(OPTIONS).join(', ')}`);
  const known = ['type', 'default', 'description', 'optional', ...OPTIONS[type]];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`is declared with "${unknown}", which a variable of the type ${type} does not have; ${meant(unknown, known)}`);
}

const meant = (name: string, known: readonly string[]) => {
  const nearest = tryNearest(name, known);
  return nearest ? `write ${nearest}` : `it has: ${known.join(', ')}`;
};

const READERS = {
  string(given: ConfigValue, { oneOf, pattern }: TextVariable): ResolvedValue {
    const text = textOf(given);
    if (oneOf && !oneOf.includes(text)) throw new Error(`is "${text}"; it must be one of: ${oneOf.join(', ')}`);
    if (pattern && !new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, '')).test(text)) throw new Error(`is "${text}"; it must match ${pattern}`);
    return { text, value: text };
  },

  number(given: ConfigValue, { min = -Infinity, max = Infinity }: NumberVariable): ResolvedValue {
    const value = toNumber(given);
    if (value === undefined) throw new Error(`is "${textOf(given)}"; it must be a number, for example 0.5`);
    return { text: textOf(given), value: inRange(value, min, max) };
  },

  integer(given: ConfigValue, { min = -Infinity, max = Infinity }: NumberVariable): ResolvedValue {
    const value = toNumber(given);
    if (value === undefined || !Number.isSafeInteger(value)) throw new Error(`is "${textOf(given)}"; it must be a whole number, for example 10`);
    return { text: String(value), value: inRange(value, min, max) };
  },

  boolean(given: ConfigValue): ResolvedValue {
    const text = textOf(given);
    if (text !== 'true' && text !== 'false') throw new Error(`is "${text}"; it must be true or false`);
    return { text, value: text === 'true' };
  },

  url(given: ConfigValue, { schemes = ['http', 'https'] }: UrlVariable): ResolvedValue {
    const text = textOf(given);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !schemes.includes(url.protocol.slice(0, -1))) throw new Error(`is "${text}"; it must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`);
    if (url.password) throw new Error('has a password in it; put it into Secrets and leave it out of the URL');
    return { text, value: url };
  },

  duration(given: ConfigValue, { min, max, as = 'text' }: DurationVariable): ResolvedValue {
    const text = textOf(given);
    const milliseconds = parseDuration(text);
    if (milliseconds === undefined) throw new Error(`is "${text}"; it must be a duration, for example 90s, 5m or 1h30m`);
    if (milliseconds < (min?.toMilliseconds() ?? 0) || milliseconds > (max?.toMilliseconds() ?? Infinity)) throw new Error(`is ${text}; it must be ${bounds(min && durationText(min), max && durationText(max))}`);
    if (as === 'seconds' && milliseconds % 1000 !== 0) throw new Error(`is ${text}; the process gets it as a number of seconds, so it must be whole seconds`);
    const unit = { text, seconds: String(milliseconds / 1000), milliseconds: String(milliseconds) };
    return { text: unit[as], value: Duration.millis(milliseconds) };
  },
} as const;

const textOf = (given: ConfigValue) => (given instanceof Duration ? durationText(given) : String(given));

function toNumber(given: ConfigValue): number | undefined {
  if (typeof given === 'number') return Number.isFinite(given) ? given : undefined;
  return typeof given === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given) ? Number(given) : undefined;
}

function inRange(value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new Error(`is ${value}; it must be ${bounds(min === -Infinity ? undefined : String(min), max === Infinity ? undefined : String(max))}`);
}

const bounds = (min: string | undefined, max: string | undefined) => (min === undefined ? `at most ${max}` : max === undefined ? `at least ${min}` : `from ${min} to ${max}`);
