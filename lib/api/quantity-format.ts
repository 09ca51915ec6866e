const SYNTAX = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const DECIMAL_SUFFIXES: Readonly<Record<number, string>> = { [-9]: 'n', [-6]: 'u', [-3]: 'm', 0: '', 3: 'k', 6: 'M', 9: 'G', 12: 'T', 15: 'P', 18: 'E' };
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const MAXIMUM = (2n ** 63n - 1n) * 1_000_000_000n;

export const QUANTITY_ERROR = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const known = new Map<string, string>();

/**
 * A quantity as the API server writes it: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`; finer than a billionth is rounded up.
 * Undefined for bad syntax. Follows resource.Quantity of apimachinery.
 */
export function tryCanonicalQuantity(text: string): string | undefined {
  const cached = known.get(text);
  if (cached !== undefined) return cached;
  const canonical = compute(text.trim());
  if (canonical !== undefined) {
    if (known.size > 1000) known.clear();
    known.set(text, canonical);
  }
  return canonical;
}

function compute(text: string): string | undefined {
  const match = SYNTAX.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const binary = suffix.endsWith('i');
  const exponent = binary ? 0 : /^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : DECIMAL[suffix] ?? 0;
  const factor = binary ? 2n ** BigInt(10 * BINARY_SUFFIXES.indexOf(suffix)) : 1n;
  const billionths = scaleUp(digits * factor, exponent - fraction.length + 9);
  const limited = billionths > MAXIMUM ? MAXIMUM : billionths;
  const unsigned = binary ? binaryText(limited) : decimalText(limited, /^[eE]/.test(suffix) && suffix.length > 1);
  return sign === '-' && limited !== 0n ? `-${unsigned}` : unsigned;
}

/** `value * 10^power`, rounded away from zero. */
function scaleUp(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(Math.min(power, 400));
  const divisor = 10n ** BigInt(Math.min(-power, 400));
  return (value + divisor - 1n) / divisor;
}

function binaryText(billionths: bigint): string {
  const unit = 1_000_000_000n;
  if (billionths % unit !== 0n || billionths / unit < 1024n) return decimalText(billionths, false);
  let value = billionths / unit;
  let step = 0;
  while (value % 1024n === 0n && step < 6) {
    value /= 1024n;
    step += 1;
  }
  return `${value}${BINARY_SUFFIXES[step]}`;
}

function decimalText(billionths: bigint, scientific: boolean): string {
  if (billionths === 0n) return '0';
  let value = billionths;
  let exponent = -9;
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (!scientific) return `${value}${DECIMAL_SUFFIXES[exponent]}`;
  return exponent === 0 ? `${value}` : `${value}e${exponent}`;
}
