import type { SecretValueSource } from '../../api/label-keys';

/** The text with the values in it, percent-encoded, so that a URL holds any of them. @param data of the same Secret, base64. Pure. */
export function composeValue(what: string, words: NonNullable<SecretValueSource['compose']>, data: Readonly<Record<string, string>>): string {
  return words.map((word) => {
    if (typeof word === 'string') return word;
    const value = Object.hasOwn(data, word.key) ? data[word.key] : undefined;
    if (value === undefined) throw new Error(`${what} is composed of ${word.key}, which the Secret does not have; it has ${Object.keys(data).join(', ')}`);
    return encodeURIComponent(Buffer.from(value, 'base64').toString('utf8'));
  }).join('');
}
