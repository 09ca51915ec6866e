import { expect, it } from 'vitest';
import { tryCanonicalQuantity } from '../../lib/api/quantity-format';

it('writes quantities as the server does', () => {
  const pairs = { '1024Mi': '1Gi', '1000m': '1', '0.5': '500m', '1e3': '1e3', '1500Ki': '1500Ki', '0.5Gi': '512Mi', '100': '100', '1.1Ki': '1126400m', '-5': '-5', '0': '0', '0Gi': '0', '1000000': '1M', '0.0000000001': '1n', '12E': '9223372036854775807' };
  expect(Object.fromEntries(Object.keys(pairs).map((text) => [text, tryCanonicalQuantity(text)]))).toEqual(pairs);
  expect(['', 'x', '1Q', '1.2.3', '.'].map(tryCanonicalQuantity)).toEqual(Array(5).fill(undefined));
});
