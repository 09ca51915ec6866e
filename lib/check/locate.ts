import { PlainYamlLocator } from './locate-plain-yaml';
import type { Finding } from './rule';

/** Finds the line of each finding. Files are parsed for it here, so that nothing is spent on what is right. */
export async function locateFindings(findings: readonly Finding[]): Promise<readonly Finding[]> {
  const plain = new PlainYamlLocator();
  const located = findings.map((finding) => locateFinding(finding, plain));
  if (located.every(({ origin, location }) => origin?.kind !== 'yaml' || location)) return located;
  const whole = new (await import('./locate-yaml.js')).YamlLocator(await import('yaml'));
  return located.map((finding) => (finding.origin?.kind === 'yaml' && !finding.location ? { ...finding, location: whole.locate(finding.origin, finding.field) } : finding));
}

function locateFinding(finding: Finding, plain: PlainYamlLocator): Finding {
  const { origin, location, field } = finding;
  if (!origin || location) return finding;
  if (origin.kind === 'yaml') return { ...finding, location: plain.tryLocate(origin, field) };
  const [innermost, ...outer] = origin.trace;
  return innermost ? { ...finding, location: innermost, ...(outer.length > 0 && { related: outer }) } : finding;
}
