import { difference, EMPTY, type FieldSet, isEmptySet, pathsOf, union } from '../../api/managed-fields/field-set';
import type { KubeObject, meta } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { FIELD_MANAGER } from '../field-manager';
import { isElementOf } from '../fields/field-owners';

type Object = DeepReadonly<KubeObject>;
type Entry = DeepReadonly<meta.ManagedFieldsEntry>;

/** How kubectl keeps what it has applied. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Tools with which people bring objects to a cluster: with the object their fields are taken over. Not what controllers and the subresource `scale` write, nor the mark of `kubectl rollout restart`: without it the pods would be replaced again. */
const isDeployer = ({ manager = '', subresource }: Entry) => !subresource && /^(kubectl(-(?!rollout$).*)?|helm|before-first-apply)$/i.test(manager);

const fieldsOf = (entries: readonly Entry[]) => entries.reduce<FieldSet>((set, { fieldsV1 }) => union(set, (fieldsV1 ?? EMPTY) as FieldSet), EMPTY);

/** Whether somebody has deployed the object with another tool. Pure. */
export const isDeployed = ({ metadata: { managedFields = [] } }: Object) => managedFields.some(isDeployer);

/** Whether a manager, as conflicts name it, is such a tool. Pure. */
export const isDeployerName = (manager: string, subresource?: string) => isDeployer({ manager, subresource } as Entry);

/** Whether all that such tools have set is in what we apply: then there is nothing to decide. @param dryRun the server's answer to our apply. Pure. */
export function isSameAsDeployed(live: Object, { metadata: { managedFields = [] } }: Object): boolean {
  const own = fieldsOf(managedFields.filter(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply'));
  const left = pathsOf(difference(fieldsOf((live.metadata.managedFields ?? []).filter(isDeployer)), own));
  return left.every((path) => path.at(-1) === `f:${LAST_APPLIED}` || path.join(' ') === 'f:metadata f:annotations' || reaches(own, path));
}

/** A map that is owned as such is ours, too, when a field below it is. */
const reaches = (set: FieldSet | undefined, [element, ...rest]: readonly string[]): boolean => set !== undefined && (element === undefined || reaches(set[element], rest));

/** Who owns what when the fields of such tools have become ours, as `kubectl apply --server-side` does it with those of `kubectl apply`: what of them the next apply leaves out is removed. Pure. */
export function takenOver({ metadata: { managedFields = [] } }: Object): readonly meta.ManagedFieldsEntry[] {
  const isOurs = (entry: Entry) => isDeployer(entry) || (entry.manager === FIELD_MANAGER && entry.operation === 'Apply');
  const versions = [...new Set(managedFields.filter(isOurs).map(({ apiVersion }) => apiVersion))];
  const ours = versions.map((apiVersion) => ({
    manager: FIELD_MANAGER, operation: 'Apply' as const, apiVersion, fieldsType: 'FieldsV1' as const, fieldsV1: fieldsOf(managedFields.filter((entry) => isOurs(entry) && entry.apiVersion === apiVersion)),
  }));
  return [...managedFields.filter((entry) => !isOurs(entry)), ...ours] as readonly meta.ManagedFieldsEntry[];
}

/** What the server would make of the object when its fields have been taken over first: those that nobody but such tools owned are gone. Pure. */
export function afterTakeOver(dryRun: Object): Object {
  const entries = dryRun.metadata.managedFields ?? [];
  const managedFields = entries.filter((entry) => !isDeployer(entry));
  const left = without(dryRun, fieldsOf(entries.filter(isDeployer)), fieldsOf(managedFields)) as Object;
  return { ...left, metadata: { ...left.metadata, managedFields } };
}

/** The value without the fields of a set, but for those of others. */
function without(value: unknown, set: FieldSet, others: FieldSet): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const keep = (element: string | undefined, inner: unknown): readonly unknown[] => {
    if (element === undefined || set[element] === undefined) return [inner];
    const other = others[element];
    if (other === undefined) return [];
    return isEmptySet(other) ? [inner] : [without(inner, set[element], other)];
  };
  if (Array.isArray(value)) return value.flatMap((item: unknown) => keep(Object.keys(set).find((element) => isElementOf(element, item)), item));
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => keep(`f:${key}`, inner).map((kept) => [key, kept])));
}
