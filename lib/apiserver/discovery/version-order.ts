/** Newest and most stable first: v2, v1, v1beta2, v1beta1, v1alpha1, then others by the alphabet. Follows CompareKubeAwareVersionStrings. */
export function compareVersions(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0;
  return right.stability - left.stability || right.major - left.major || right.minor - left.minor;
}

function parse(version: string): { readonly major: number; readonly stability: number; readonly minor: number } | undefined {
  const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!found) return undefined;
  const [, major, stage, minor = '0'] = found as readonly (string | undefined)[];
  return { major: Number(major), stability: stage === 'alpha' ? 0 : stage === 'beta' ? 1 : 2, minor: Number(minor) };
}
