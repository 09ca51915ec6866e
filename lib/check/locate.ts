import type { SourcePosition } from './origin';
import type { Finding } from './rule';

/** Finds the line of each finding. Files are parsed here for the first time, so that nothing is spent on what is right. */
export async function locateFindings(findings: readonly Finding[]): Promise<readonly Finding[]> {
  const yaml = findings.some(({ origin, location }) => origin?.kind === 'yaml' && !location) ? new (await import('./locate-yaml.js')).YamlLocator(await import('yaml')) : undefined;
  return findings.map((finding): Finding => {
    const { origin, location, field } = finding;
    if (!origin || location) return finding;
    if (origin.kind === 'yaml') return { ...finding, location: yaml?.locate(origin, field) };
    const [innermost, ...outer] = origin.trace;
    return innermost ? { ...finding, location: innermost, ...(outer.length > 0 && { related: outer }) } : finding;
  });
}

/** `main.ts:12:3`. */
export const formatPosition = ({ file, line, column }: SourcePosition): string => `${file}:${line}:${column}`;
