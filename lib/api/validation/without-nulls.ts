/** The value with absent members where it has null ones, as Go reads them; a null in a list is an empty structure. What has none is shared, not copied. */
export function withoutNulls<T>(value: T): T {
  return strip(value) as T;
}

function strip(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? stripList(value) : stripMembers(value as Readonly<Record<string, unknown>>);
}

function stripList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const element = list[i] === null ? {} : strip(list[i]);
    if (element !== list[i]) (copy ??= list.slice())[i] = element;
  }
  return copy ?? list;
}

function stripMembers(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const keys = Object.keys(members);
  let copy: Record<string, unknown> | undefined;
  for (let i = 0; i < keys.length; i++) {
    const member = members[keys[i]];
    // Who owns which field is written by the server itself, and is often larger than the rest.
    const stripped = keys[i] === 'managedFields' ? member : strip(member);
    if (!copy && (member === null || stripped !== member)) {
      copy = {};
      for (let before = 0; before < i; before++) copy[keys[before]] = members[keys[before]];
    }
    if (copy && member !== null) copy[keys[i]] = stripped;
  }
  return copy ?? members;
}
