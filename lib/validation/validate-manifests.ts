import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ProgramReport } from '../api/program-report';
import { originsOf } from '../apply/load/program-origins';
import { shownPath } from '../apply/load/shown-path';
import { type CheckedManifest, checkManifests } from '../check/check-manifests';
import { DEFAULT_TARGET } from '../check/checked-objects';
import { locateFindings } from '../check/locate';
import { formatPosition } from '../check/origin';
import { parseKubernetesRange } from '../check/parse-kubernetes-range';
import { readManifests, type ReadProblem } from '../check/read-manifests';
import type { Finding } from '../check/rule';
import type { TwelveFactorValidationOptions, ValidationContext } from './twelve-factor-validation';

/** Reports what `twelve check` finds in the manifests of a `cdk8s synth`. */
export async function validateManifests({ manifests, report }: ValidationContext, { kubernetes, strict = false }: TwelveFactorValidationOptions): Promise<void> {
  const cwd = process.cwd();
  const files = manifests.map((file) => ({ file, ...readFile(file, cwd) }));
  const target = kubernetes === undefined ? DEFAULT_TARGET : { kubernetes: parseKubernetesRange(String(kubernetes)) };
  const { objects, findings, ignored } = checkManifests(files.flatMap((file) => file.manifests), { target, unreadable: files.flatMap(({ problems }) => problems) });
  const fileOf = new Map(files.flatMap(({ file, manifests: read }) => read.map(({ object }) => [object, file] as const)));

  for (const group of groups(await locateFindings(findings))) {
    const [{ rule, severity, message, fix }] = group;
    report.addViolation({
      ruleName: rule, recommendation: `${severity}: ${message}`, fix,
      violatingResources: group.map((finding) => ({ resourceName: finding.object.metadata.name ?? '', locations: locationsOf(finding), manifestPath: fileOf.get(finding.object) ?? finding.location?.file ?? '' })),
    });
  }
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const failed = count('error') > 0 || (strict && findings.length > 0);
  report.submit(failed ? 'failure' : 'success', { objects: String(objects), errors: String(count('error')), warnings: String(count('warning')), ignored: String(ignored.length) });
}

/** The program's line first, then the field. */
function locationsOf({ object: { kind }, field, location, related = [], origin }: Finding): readonly string[] {
  return [
    ...(location ? [formatPosition(location)] : []), ...related.map((position) => `called from ${formatPosition(position)}`),
    `${kind} ${field}`.trim(), ...(origin?.kind === 'construct' ? [`construct ${origin.path}`] : []),
  ];
}

/** What a rule says of several objects alike is one violation. */
function groups(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const byText = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = [finding.rule, finding.message, finding.fix].join('\n');
    const group = byText.get(key);
    if (group) group.push(finding);
    else byText.set(key, [finding]);
  }
  return [...byText.values()];
}

function readFile(file: string, cwd: string): { readonly manifests: readonly CheckedManifest[]; readonly problems: readonly ReadProblem[] } {
  const { manifests, problems } = readManifests(fs.readFileSync(file, 'utf8'), shownPath(path.resolve(file), cwd));
  const report = tryReport(path.dirname(file));
  return { manifests: report ? originsOf(manifests, report, cwd) : manifests, problems };
}

/** What the program has told beside cdk8s' own metadata, which lies in the output folder; the manifests may lie in folders of their charts. */
function tryReport(folder: string): ProgramReport | undefined {
  const file = [folder, path.dirname(folder)].map((candidate) => path.join(candidate, 'construct-metadata.json')).find((candidate) => fs.existsSync(candidate));
  return file === undefined ? undefined : (JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly twelve?: ProgramReport }).twelve;
}
