/** One step into an object: a key of a map, or a member of a list, by the values that identify it, by itself (of a set), or by its place. */
export type FieldStep =
  | { readonly key: string }
  | { readonly member: Readonly<Record<string, unknown>> }
  | { readonly value: unknown }
  | { readonly index: number };

/**
 * The steps of a path, as people and API servers write it: `spec.replicas`, `.spec.template.spec.containers[name="web"].image`, `spec.template.spec.containers[web].image`,
 * `metadata.annotations["a.b/c"]`. A key with dots may stand without quotes where the example has it. Throws for a text that is no path. Pure.
 * @param example an object that has the field, or most of the way to it
 */
export function parseFieldPath(text: string, example: unknown): readonly FieldStep[] {
  const steps: FieldStep[] = [];
  let rest = text.trim();
  let at = example;
  while (rest !== '') {
    const found = nextStep(rest, at, steps.length === 0);
    if (!found) throw new Error(`"${text}" is no path of a field; write for example spec.replicas or spec.template.spec.containers[web].image`);
    steps.push(found.step);
    at = fieldAt(at, [found.step]);
    rest = rest.slice(found.length);
  }
  if (steps.length === 0) throw new Error('the path of a field is empty; write for example spec.replicas');
  return steps;
}

function nextStep(rest: string, at: unknown, isFirst: boolean): { readonly step: FieldStep; readonly length: number } | undefined {
  const bracket = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(rest);
  if (bracket) return { step: bracketStep(bracket[1], at), length: bracket[0].length };
  const dot = /^\./.test(rest) ? 1 : 0;
  if (dot === 0 && !isFirst) return undefined;
  const name = rest.slice(dot);
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(name);
  if (quoted) return { step: { key: JSON.parse(quoted[0]) as string }, length: dot + quoted[0].length };
  const known = isMap(at) ? Object.keys(at).filter((key) => name.startsWith(key) && /^($|[.[])/.test(name.slice(key.length))).sort((a, b) => b.length - a.length)[0] : undefined;
  const key = known ?? /^[^.[\]"]+/.exec(name)?.[0];
  return key === undefined ? undefined : { step: { key }, length: dot + key.length };
}

function bracketStep(text: string, at: unknown): FieldStep {
  if (text.startsWith('=')) return { value: parseValue(text.slice(1)) };
  const pairs = [...text.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)/g)];
  if (pairs.length > 0) return { member: Object.fromEntries(pairs.map(([, key, value]) => [key, parseValue(value)])) };
  const value = parseValue(text);
  if (typeof value === 'number' && Array.isArray(at)) return { index: value };
  return Array.isArray(at) || !text.startsWith('"') ? { member: { name: String(value) } } : { key: String(value) };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // `[web]`: a name without quotes
  }
}

/** As a person reads it: `spec.template.spec.containers[web].image`. Pure. */
export function showFieldPath(steps: readonly FieldStep[]): string {
  return steps.map((step, index) => {
    if ('key' in step) return /[.[\]"]/.test(step.key) ? `${index > 0 ? '.' : ''}"${step.key}"` : `${index > 0 ? '.' : ''}${step.key}`;
    if ('index' in step) return `[${step.index}]`;
    if ('value' in step) return `[=${JSON.stringify(step.value)}]`;
    return `[${showMember(step.member)}]`;
  }).join('');
}

/** `web` for what has a name alone, `containerPort=80,protocol=TCP` for others. Pure. */
export function showMember(member: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(member);
  return entries.length === 1 && entries[0][0] === 'name' ? String(entries[0][1]) : entries.map(([key, value]) => `${key}=${String(value)}`).join(',');
}

/** The value of a field; undefined where there is none. Pure. */
export function fieldAt(object: unknown, steps: readonly FieldStep[]): unknown {
  return steps.reduce<unknown>((at, step) => {
    const key = placeOf(at, step);
    return key === undefined ? undefined : (at as Readonly<Record<string | number, unknown>>)[key];
  }, object);
}

/** The object with another value of the field; undefined takes it away. Maps on the way are made, members of lists are not: then it comes back as it is. Pure. */
export function withField<T>(object: T, [step, ...rest]: readonly FieldStep[], value: unknown): T {
  if (step === undefined) return value as T;
  if (Array.isArray(object)) {
    const place = placeOf(object, step);
    if (typeof place !== 'number') return object;
    const inner = withField(object[place] as unknown, rest, value);
    return (inner === undefined ? object.filter((_, index) => index !== place) : object.map((item: unknown, index) => (index === place ? inner : item))) as T;
  }
  if (!('key' in step) || (object !== undefined && !isMap(object)) || (object === undefined && value === undefined)) return object;
  const map = (object ?? {}) as Record<string, unknown>;
  const inner = withField(map[step.key], rest, value);
  if (inner !== undefined) return { ...map, [step.key]: inner } as T;
  const { [step.key]: _, ...others } = map;
  return others as T;
}

/** Key or index of the step in a value; undefined where it leads nowhere. */
function placeOf(at: unknown, step: FieldStep): string | number | undefined {
  if ('key' in step) return isMap(at) && Object.hasOwn(at, step.key) ? step.key : undefined;
  if (!Array.isArray(at)) return undefined;
  const index = 'index' in step ? step.index
    : 'value' in step ? at.indexOf(step.value)
      : at.findIndex((item) => isMap(item) && Object.entries(step.member).every(([key, value]) => item[key] === value || (key === 'protocol' && item[key] === undefined && value === 'TCP')));
  return index >= 0 && index < at.length ? index : undefined;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
