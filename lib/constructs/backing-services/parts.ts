import type { SecretValue } from '../secret-value';
import type { SecretReference } from '../variables';

/**
 * One thing that an application must know to reach a service: text (kept in a ConfigMap), a secret (in a Secret of the service's own, or in one of somebody
 * else's), or a text made of other parts.
 */
export type PartValue = string | SecretValue | SecretReference | Template;

/** By name: `host`, `port`, …, `url`. The order is that of the variables. */
export type Parts = Readonly<Record<string, PartValue>>;

/** A text with parts in it, each percent-encoded: a URL holds any password. */
export class Template {
  /** @param words text as it is, and names of parts */
  constructor(readonly words: readonly (string | { readonly part: string })[]) {}

  /** Names of the parts in it. */
  get parts(): readonly string[] {
    return this.words.flatMap((word) => (typeof word === 'string' ? [] : [word.part]));
  }

  /** The text, or what `of` says for each part. */
  fill(of: (part: string) => string): string {
    return this.words.map((word) => (typeof word === 'string' ? word : of(word.part))).join('');
  }
}

/** `template('redis://:{password}@{host}:{port}')`. */
export function template(text: string): Template {
  const words = text.split(/(\{[a-zA-Z][a-zA-Z0-9]*\})/).filter((word) => word !== '');
  return new Template(words.map((word) => (/^\{.*\}$/.test(word) ? { part: word.slice(1, -1) } : word)));
}

export const isReference = (value: PartValue): value is SecretReference => typeof value === 'object' && 'secret' in value;

/** `accessKey` is `ACCESS_KEY`. */
export const variableSuffix = (part: string) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** What the variables of a construct begin with: `order-queue` is `ORDER_QUEUE`. */
export const variablePrefix = (id: string) => id.toUpperCase().replaceAll('-', '_');
