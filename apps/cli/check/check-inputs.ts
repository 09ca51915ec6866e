import type { ProgramReport } from '../../../lib/api/program-report';
import { type Input, type InputOptions, readInput } from '../../../lib/apply/load/read-input';
import type { CheckedManifest, CheckOptions, CheckResult } from '../../../lib/check/check-manifests';
import { locateFindings } from '../../../lib/check/locate';
import type { Finding } from '../../../lib/check/rule';
import { isWorthThread, ProblemsThread } from '../../../lib/check/parallel/problems-thread';
import { optimizeLater } from './optimize-later';

export interface CheckInputs {
  readonly whats: readonly string[];
  readonly read: Omit<InputOptions, 'what'>;
  readonly options: CheckOptions;
  /** All environments of the programs, and not the chosen one. */
  readonly allEnvironments: boolean;
}

export interface CheckedInputs {
  readonly result: CheckResult;
  readonly manifests: readonly CheckedManifest[];
  /** Files that were not looked into. */
  readonly skipped: readonly string[];
}

/** Reads and checks what a person names, as one set of manifests; with all environments, once for each. Findings have their places. Rejects when something cannot be read. */
export async function checkInputs(inputs: CheckInputs): Promise<CheckedInputs> {
  const first = await checkOnce(inputs, inputs.read.environment);
  if (!inputs.allEnvironments) return first.checked;
  const [chosen, ...others] = first.environments;
  if (chosen === undefined) return first.checked;
  const checked = [{ name: chosen, checked: first.checked }];
  for (const name of others) checked.push({ name, checked: (await checkOnce(inputs, { ...inputs.read.environment, TWELVE_ENVIRONMENT: name })).checked });
  return mergeEnvironments(checked);
}

async function checkOnce({ whats, read, options }: CheckInputs, environment: InputOptions['environment']): Promise<{ readonly checked: CheckedInputs; readonly environments: readonly string[] }> {
  let thread: ProblemsThread | undefined;
  const reports: ProgramReport[] = [];
  const onSize = (bytes: number) => {
    if (!isWorthThread(bytes)) return;
    optimizeLater();
    thread ??= new ProblemsThread();
  };
  const all = await Promise.all(whats.map((what) => readInput({ ...read, what, environment, onSize, onRead: (manifests) => thread?.add(manifests), onReport: (report) => reports.push(report) })));
  const { manifests, problems, skipped } = mergeInputs(all);
  if (manifests.length + problems.length === 0) throw new Error(`there is no object in ${whats.join(' ')}`);
  const chosen = { ...options, unreadable: problems };
  // The rules are loaded when the thread has begun.
  const result = thread
    ? await (await import('../../../lib/check/parallel/check-many.js')).checkMany(manifests, thread, chosen)
    : (await import('../../../lib/check/check-manifests.js')).checkManifests(manifests, chosen);
  const [findings, ignored] = await Promise.all([locateFindings(result.findings), locateFindings(result.ignored.map(({ finding }) => finding))]);
  const located = { ...result, findings, ignored: result.ignored.map(({ reason }, index) => ({ finding: ignored[index], reason })) };
  return { checked: { result: located, manifests, skipped }, environments: environmentsOf(reports) };
}

const mergeInputs = (inputs: readonly Input[]): Input => ({
  manifests: inputs.flatMap(({ manifests }) => manifests), problems: inputs.flatMap(({ problems }) => problems), skipped: inputs.flatMap(({ skipped }) => skipped),
});

/** The one that was run first. */
function environmentsOf(reports: readonly ProgramReport[]): readonly string[] {
  const applications = reports.flatMap((report) => report.applications);
  const chosen = applications[0]?.environment;
  return chosen === undefined ? [] : [chosen, ...new Set(applications.flatMap(({ environments }) => environments).filter((name) => name !== chosen))];
}

/** What all environments have in common is told once. */
function mergeEnvironments(checked: readonly { readonly name: string; readonly checked: CheckedInputs }[]): CheckedInputs {
  const found = new Map<string, { readonly finding: Finding; readonly environments: string[] }>();
  for (const { name, checked: { result } } of checked) {
    for (const finding of result.findings) {
      const { rule, object: { kind, metadata }, field, message, location } = finding;
      const key = JSON.stringify([rule, kind, metadata.name, field, message, location]);
      const known = found.get(key);
      if (known) known.environments.push(name);
      else found.set(key, { finding, environments: [name] });
    }
  }
  const findings = [...found.values()].map(({ finding, environments }) => (environments.length === checked.length ? finding : { ...finding, environments }));
  return {
    result: {
      objects: checked.reduce((sum, { checked: { result } }) => sum + result.objects, 0),
      findings: findings.sort((a, b) => a.severity.localeCompare(b.severity)),
      ignored: checked.flatMap(({ checked: { result } }) => result.ignored),
    },
    manifests: checked.flatMap(({ checked: { manifests } }) => manifests),
    skipped: checked[0].checked.skipped,
  };
}
