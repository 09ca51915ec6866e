import type { CheckResult } from '../check-manifests';
import type { SourcePosition } from '../origin';
import type { Finding, RuleDescription } from '../rule';
import { hasObject } from '../syntax-rule';
import { ruleDescriptions } from '../rule-descriptions';

/** SARIF 2.1.0, as code scanning services read it. What is ignored is in it, as suppressed. */
export function formatSarif({ findings, ignored }: CheckResult, { version }: { readonly version: string }): string {
  const described = ruleDescriptions();
  const used = new Set([...findings, ...ignored.map(({ finding }) => finding)].map(({ rule }) => rule));
  const rules = described.filter(({ id }) => used.has(id));
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const result = (finding: Finding) => toResult(finding, indexOf.get(finding.rule));
  return JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'twelve', version, semanticVersion: version, rules: rules.map(toRule) } },
      columnKind: 'utf16CodeUnits',
      originalUriBaseIds: { SRCROOT: { description: { text: 'The folder in which twelve check ran' } } },
      results: [
        ...findings.map(result),
        ...ignored.map(({ finding, reason }) => ({ ...result(finding), suppressions: [{ kind: 'inSource', status: 'accepted', justification: reason }] })),
      ],
    }],
  }, null, 2);
}

function toRule({ id, severity, summary, why, seeAlso }: RuleDescription) {
  return {
    id, name: id.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: summary }, fullDescription: { text: why }, helpUri: seeAlso,
    help: { text: `${why}\n${seeAlso}`, markdown: `${why}\n\n[More](${seeAlso})` },
    defaultConfiguration: { level: severity }, properties: { tags: ['kubernetes'], precision: 'high' },
  };
}

function toResult(finding: Finding, ruleIndex: number | undefined) {
  const { rule, severity, object: { kind, metadata: { namespace, name } }, field, message, fix, location, related, origin } = finding;
  const what = hasObject(finding) ? `${kind} ${namespace ? `${namespace}/` : ''}${name ?? ''}: ` : '';
  const logical = [
    ...(hasObject(finding) ? [{ name: `${kind}/${name ?? ''}`, fullyQualifiedName: `${kind}/${namespace ? `${namespace}/` : ''}${name ?? ''}${field ? `/${field}` : ''}`, kind: 'resource' }] : []),
    ...(origin?.kind === 'construct' ? [{ fullyQualifiedName: origin.path, kind: 'object' }] : []),
  ];
  return {
    ruleId: rule, ...(ruleIndex !== undefined && { ruleIndex }), level: severity,
    message: { text: `${what}${field ? `${field}: ` : ''}${message}. Fix: ${fix}` },
    locations: [{ ...(location && { physicalLocation: physical(location) }), ...(logical.length > 0 && { logicalLocations: logical }) }],
    ...(related && related.length > 0 && { relatedLocations: related.map((position, id) => ({ id, message: { text: 'called from here' }, physicalLocation: physical(position) })) }),
    // The same mistake keeps its identity when lines move.
    partialFingerprints: { 'twelve/v1': [rule, kind, namespace ?? '', name ?? '', field, hasObject(finding) ? '' : message].join('|') },
  };
}

function physical({ file, line, column }: SourcePosition) {
  const absolute = /^([A-Za-z]:[\\/]|\/)/.test(file);
  const uri = encodeURI(file.replaceAll('\\', '/'));
  return {
    artifactLocation: absolute ? { uri: `file://${uri.startsWith('/') ? '' : '/'}${uri}` } : { uri, uriBaseId: 'SRCROOT' },
    region: { startLine: line, startColumn: column },
  };
}
