/** No vowels and no digits that look like letters, so that no word comes out by chance; upstream's alphabet. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** What generated names end in. */
export function randomSuffix(random: () => number, length = 5): string {
  return Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
}
