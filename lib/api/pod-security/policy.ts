import type { FieldError } from '../status-error';
import { BASELINE } from './baseline';
import type { CheckedPod, Violation } from './check';
import { RESTRICTED } from './restricted';

const PREFIX = 'pod-security.kubernetes.io/';
const LEVELS = ['privileged', 'baseline', 'restricted'];
/** What `latest` means here. */
const LATEST = 28;

export type Mode = 'enforce' | 'audit' | 'warn';

/** What a namespace asks of its pods in one mode. */
export interface Policy {
  readonly level: string;
  /** `latest` or `v1.28`. */
  readonly version: string;
}

export const describePolicy = ({ level, version }: Policy) => `${level}:${version}`;

/** Of a namespace's labels. Labels that mean nothing count as the strictest in `audit` and `warn`, as upstream has it for `enforce`. */
export function policyOf(labels: Readonly<Record<string, string>> = {}, mode: Mode): Policy {
  const level = labels[PREFIX + mode] ?? 'privileged';
  const version = labels[`${PREFIX}${mode}-version`] ?? 'latest';
  return { level: LEVELS.includes(level) ? level : mode === 'enforce' ? 'restricted' : 'privileged', version: isVersion(version) ? version : 'latest' };
}

const isVersion = (text: string) => text === 'latest' || /^v1\.(0|[1-9]\d*)$/.test(text);

/** Whether `next` allows everything that `previous` did. */
export const isRelaxed = (previous: Policy, next: Policy) => previous.version === next.version && LEVELS.indexOf(next.level) <= LEVELS.indexOf(previous.level);

export function labelErrors(labels: Readonly<Record<string, string>> = {}, old: Readonly<Record<string, string>> = {}): readonly FieldError[] {
  return (['enforce', 'audit', 'warn'] as const).flatMap((mode) => {
    const wrong = (label: string, isGood: (value: string) => boolean, why: string): FieldError[] => {
      const value = labels[PREFIX + label];
      if (value === undefined || value === old[PREFIX + label] || isGood(value)) return [];
      return [{ reason: 'FieldValueInvalid', field: `metadata.labels[${PREFIX}${label}]`, message: `Invalid value: ${JSON.stringify(value)}: ${why}` }];
    };
    return [...wrong(mode, (value) => LEVELS.includes(value), `must be one of ${LEVELS.join(', ')}`), ...wrong(`${mode}-version`, isVersion, 'must be "latest" or "v1.x"')];
  });
}

/** Everything in the pod that the policy does not allow. Pure. */
export function violations(pod: CheckedPod, { level, version }: Policy): readonly Violation[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? LATEST : Number(version.slice(3));
  const restricted = level === 'restricted' ? RESTRICTED.filter(({ since }) => since <= minor) : [];
  const overridden = restricted.flatMap(({ overrides = [] }) => overrides);
  const checks = [...BASELINE.filter(({ id, since }) => since <= minor && !overridden.includes(id)), ...restricted];
  return checks.flatMap((rule) => rule.check(pod, minor) ?? []);
}

export const describeViolations = (found: readonly Violation[]) => found.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');
