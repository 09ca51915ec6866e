import type { SourcePosition } from '../origin';
import type { Edit, Finding, Severity } from '../rule';
import { hasObject } from '../syntax-rule';

/** A finding as JSON. Fields are added, never renamed or removed (docs/check.md). */
export interface FindingRecord {
  readonly rule: string;
  readonly severity: Severity;
  /** Missing where a document is no object. */
  readonly object?: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string; readonly name?: string };
  readonly field?: string;
  readonly message: string;
  readonly fix: string;
  /** Path of the construct that made the object. */
  readonly construct?: string;
  /** Template of Helm that made it. */
  readonly template?: string;
  readonly location?: SourcePosition;
  readonly related?: readonly SourcePosition[];
  readonly edits?: readonly Edit[];
  /** Environments that have it, where not all that were checked do. */
  readonly environments?: readonly string[];
}

export function toRecord(finding: Finding): FindingRecord {
  const { rule, severity, object: { apiVersion, kind, metadata: { namespace, name } }, field, message, fix, origin, location, related, edits, environments } = finding;
  return {
    rule, severity,
    ...(hasObject(finding) && { object: { apiVersion, kind, ...(namespace && { namespace }), ...(name && { name }) } }),
    ...(field && { field }),
    message, fix,
    ...(origin?.kind === 'construct' && { construct: origin.path }),
    ...(origin?.kind === 'yaml' && origin.template && { template: origin.template }),
    ...(location && { location }), ...(related && { related }), ...(edits && { edits }), ...(environments && { environments }),
  };
}
