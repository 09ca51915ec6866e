const SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** Bytes as Kubernetes prints a quantity in powers of two: the largest suffix that divides. Pure. */
export function canonicalBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1024 && value % 1024 === 0 && step < SUFFIXES.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${value}${SUFFIXES[step]}`;
}
