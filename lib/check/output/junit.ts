import type { CheckedManifest, CheckResult } from '../check-manifests';
import { formatPosition } from '../origin';
import type { Finding } from '../rule';
import { hasObject } from '../syntax-rule';

/** JUnit's XML, as CI systems show it: a suite for each file, a case for each object; warnings fail a case only when they fail the check. */
export function formatJunit({ findings, ignored }: CheckResult, manifests: readonly CheckedManifest[], { strict }: { readonly strict: boolean }): string {
  const suites = new Map<string, Case[]>();
  const add = (file: string, name: string, key: unknown): Case => {
    const suite = suites.get(file) ?? [];
    suites.set(file, suite);
    const added: Case = { name, file, failures: [], notes: [], key };
    suite.push(added);
    return added;
  };
  const cases = new Map(manifests.map((manifest) => [manifest.object, add(fileOf(manifest), nameOf(manifest.object), manifest.object)]));
  for (const finding of findings) {
    const { location } = finding;
    const found = cases.get(finding.object) ?? add(location?.file ?? 'input', location ? formatPosition(location) : finding.rule, finding);
    (finding.severity === 'error' || strict ? found.failures : found.notes).push(finding);
  }
  for (const { finding, reason } of ignored) cases.get(finding.object)?.notes.push({ ...finding, message: `ignored (${reason}): ${finding.message}` });

  const all = [...suites];
  const failed = (list: readonly Case[]) => list.filter(({ failures }) => failures.length > 0).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="twelve check" tests="${all.reduce((sum, [, list]) => sum + list.length, 0)}" failures="${all.reduce((sum, [, list]) => sum + failed(list), 0)}">`,
    ...all.flatMap(([file, list]) => [`  <testsuite name="${escape(file)}" tests="${list.length}" failures="${failed(list)}" errors="0">`, ...list.flatMap(formatCase), '  </testsuite>']),
    '</testsuites>',
  ].join('\n');
}

interface Case {
  readonly name: string;
  readonly file: string;
  readonly failures: Finding[];
  readonly notes: Finding[];
  readonly key: unknown;
}

function formatCase({ name, file, failures, notes }: Case): readonly string[] {
  const head = `    <testcase name="${escape(name)}" classname="${escape(file)}" file="${escape(file)}"`;
  if (failures.length + notes.length === 0) return [`${head}/>`];
  return [
    `${head}>`,
    ...failures.map((finding) => `      <failure type="${escape(finding.rule)}" message="${escape(oneLine(finding))}">${escape(described(finding))}</failure>`),
    ...(notes.length > 0 ? [`      <system-out>${escape(notes.map(described).join('\n'))}</system-out>`] : []),
    '    </testcase>',
  ];
}

function fileOf({ origin }: CheckedManifest): string {
  if (origin?.kind === 'yaml') return origin.file;
  return origin?.trace.at(-1)?.file ?? 'program';
}

function nameOf({ kind, metadata: { namespace, name } }: CheckedManifest['object']): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name ?? ''}`;
}

const oneLine = ({ rule, field, message }: Finding) => `${rule}: ${field ? `${field}: ` : ''}${message}`;

const described = (finding: Finding) => [
  ...(finding.location ? [formatPosition(finding.location)] : []), ...(hasObject(finding) ? [nameOf(finding.object)] : []), `${finding.severity} ${oneLine(finding)}`, `fix: ${finding.fix}`,
].join('\n');

/** Also without the control characters that XML cannot hold. */
const escape = (text: string) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd').replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll('\n', '&#10;');
