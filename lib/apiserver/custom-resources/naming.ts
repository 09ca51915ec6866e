import { type Condition, type Definition, isTrueCondition, type Names, withCondition } from './definition';

/**
 * Which names of a definition are free, and so whether it can be served: the status it should have. Names that an established definition or a built-in
 * resource of the group has are taken. Pure. Follows apiextensions' naming and establishing controllers.
 */
export function namingStatus(definition: Definition, others: readonly Definition[], time: string): NonNullable<Definition['status']> {
  const { names, group } = definition.spec;
  const taken = others.filter((other) => other.metadata.name !== definition.metadata.name && other.spec.group === group).map(({ status }) => status?.acceptedNames ?? {});
  const { accepted, conflict } = acceptNames(names, definition.status?.acceptedNames ?? {}, taken);
  const naming: Condition = conflict ?? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  const established: Condition = isTrueCondition(definition, 'Established') || !conflict
    ? { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }
    : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
  const conditions = [naming, established].reduce(
    (all, { type, status, reason, message }) => withCondition(all, { type, status, lastTransitionTime: time, reason, message }),
    definition.status?.conditions ?? [],
  );
  return { ...definition.status, conditions, acceptedNames: accepted };
}

/** Names that are taken keep what was accepted before; the last conflict is the one that is told. */
function acceptNames(wanted: Names, before: Partial<Names>, taken: readonly Partial<Names>[]): { readonly accepted: Partial<Names>; readonly conflict: Condition | undefined } {
  const resources = new Set(taken.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]));
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]));
  let conflict: Condition | undefined;
  const refuse = (reason: string, name: string) => {
    conflict = { type: 'NamesAccepted', status: 'False', reason, message: `${JSON.stringify(name)} is already in use` };
  };
  const pick = (name: string | undefined, used: ReadonlySet<string | undefined>, reason: string, previous: string | undefined) => {
    if (name === undefined || !used.has(name)) return name;
    refuse(reason, name);
    return previous;
  };
  const plural = pick(wanted.plural, resources, 'PluralConflict', before.plural) ?? '';
  const singular = pick(wanted.singular, resources, 'SingularConflict', before.singular);
  const badShort = wanted.shortNames?.find((name) => resources.has(name));
  if (badShort !== undefined) refuse('ShortNamesConflict', badShort);
  const kind = pick(wanted.kind, kinds, 'KindConflict', before.kind) ?? '';
  const listKind = pick(wanted.listKind, kinds, 'ListKindConflict', before.listKind);
  const shortNames = badShort === undefined ? wanted.shortNames : before.shortNames;
  const { categories } = wanted;
  const accepted = { plural, ...(singular && { singular }), ...(shortNames && { shortNames }), kind, ...(listKind && { listKind }), ...(categories && { categories }) };
  return { accepted, conflict };
}
