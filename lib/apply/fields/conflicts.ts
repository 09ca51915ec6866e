import { LEAVE_ANNOTATION } from '../../api/label-keys';
import { isConflict } from '../../api/status-error';
import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { MASK } from '../diff';
import { SCALE_MANAGER } from '../field-manager';
import { fieldAt, type FieldStep, parseFieldPath, showFieldPath } from './field-path';
import { showValue } from './show-value';

/** A field that the program sets, and that somebody else has set to something else. */
export interface FieldConflict {
  readonly steps: readonly FieldStep[];
  /** `spec.template.spec.containers[web].image` */
  readonly field: string;
  /** Name of the other field manager. */
  readonly owner: string;
  /** It wrote through this subresource: `scale`. */
  readonly subresource?: string;
}

/** The fields that a server-side apply was refused for; none for any other refusal. Pure. */
export function conflictsOf(object: DeepReadonly<KubeObject>, error: unknown): readonly FieldConflict[] {
  const causes = isConflict(error) ? error.status.details?.causes ?? [] : [];
  return causes.filter(({ reason }) => reason === 'FieldManagerConflict').map(({ message = '', field: path = '' }) => {
    const [, owner = 'somebody else', subresource] = /^conflict with "((?:[^"\\]|\\.)*)"(?: with subresource "([^"]*)")?/.exec(message) ?? [];
    const steps = parseFieldPath(path, object);
    return { steps, field: showFieldPath(steps), owner, ...(subresource && { subresource }) };
  });
}

/** Whether it is `twelve scale` that disagrees: its number is a stopgap. Pure. */
export const isOwnConflict = ({ owner }: FieldConflict) => owner === SCALE_MANAGER;

/** Who has set what, and what the program says, with the ways out. Pure. @param live undefined when it is not known */
export function explainConflicts(object: DeepReadonly<KubeObject>, live: DeepReadonly<KubeObject> | undefined, conflicts: readonly FieldConflict[]): string {
  const isSecret = object.kind === 'Secret';
  const value = (of: unknown, { steps, field }: FieldConflict) => (isSecret && /^(data|stringData)\b/.test(field) ? MASK : showValue(fieldAt(of, steps)));
  const lines = conflicts.map((conflict) => `  ${conflict.field}: ${conflict.owner}${conflict.subresource ? ` (${conflict.subresource})` : ''} has set ${live ? value(live, conflict) : 'something else'}, the program says ${value(object, conflict)}`);
  const byKubectl = conflicts.some(({ owner }) => owner === 'kubectl-client-side-apply');
  return [
    'others have set fields that the program sets, too', ...lines,
    '  take them over with --force-conflicts, or leave them to their owners: this time with --leave-conflicts, always with the annotation',
    `    ${LEAVE_ANNOTATION}: ${conflicts.map(({ field }) => field).join(', ')}`,
    ...(byKubectl ? ['  if it is no longer applied with kubectl, take over all that kubectl apply has set with --adopt'] : []),
  ].join('\n');
}
