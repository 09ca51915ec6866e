import { versionFacts } from '../api/versions/facts';
import { minorOf, versionOf, type KubernetesRange } from '../api/versions/kubernetes-range';

/**
 * The versions that a person names: `1.30`, `1.27..1.33`, `1.30..` (to the newest known) or `..1.33` (from the oldest known). Patch versions and a leading v are
 * left out. Throws an Error that says which versions are known.
 */
export function parseKubernetesRange(text: string): KubernetesRange {
  const { oldest, newest } = versionFacts();
  const parts = text.trim().split(/\s*(?:\.\.\.?|-)\s*/);
  const known = `${versionOf(oldest)} to ${versionOf(newest)} are known`;
  if (parts.length > 2 || parts.every((part) => part === '')) throw new Error(`"${text}" is no version of Kubernetes and no range of versions: write 1.30 or 1.27..1.33`);
  const [from = '', to = from] = parts;
  const range = { from: from === '' ? versionOf(oldest) : parseVersion(from), to: to === '' ? versionOf(newest) : parseVersion(to) };
  for (const version of [range.from, range.to]) {
    if (minorOf(version) < oldest || minorOf(version) > newest) throw new Error(`Kubernetes ${version} cannot be checked for: its fields are not known; versions ${known}`);
  }
  if (minorOf(range.from) > minorOf(range.to)) throw new Error(`"${text}" ends before it begins: write ${range.to}..${range.from}`);
  return range;
}

function parseVersion(text: string): string {
  const [, version] = /^v?(1\.\d{1,3})(?:\.\d+)?$/.exec(text) ?? [];
  if (!version) throw new Error(`"${text}" is no version of Kubernetes: write it like 1.30`);
  return version;
}
