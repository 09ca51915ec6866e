import { CORE_SCHEMA, YAMLException, boolYaml11Tag, floatYaml11Tag, intYaml11Tag, load, mergeTag, nullYaml11Tag } from 'js-yaml';
import { DecodingError } from './decoding-error';
import { type Places, tryPlainYaml } from './plain-yaml';

/** YAML 1.1 as the server reads it (`yes` is true, `0o17` and `017` are octal); dates stay text. */
const SCHEMA = CORE_SCHEMA.withTags(nullYaml11Tag, boolYaml11Tag, intYaml11Tag, floatYaml11Tag, mergeTag);

/** One YAML document (or JSON). Throws a DecodingError with the words of upstream where they are known. */
export function parseYaml(text: string): unknown {
  try {
    return text.trim() === '' ? null : load(text, { schema: SCHEMA, json: true });
  } catch (error) {
    throw new DecodingError(`error converting YAML to JSON: yaml: ${explain(error)}`);
  }
}

/** The value of a document in plain style with the offset of everything in it; undefined for other documents. */
export function tryYamlPlaces(text: string): { readonly value: unknown; readonly places: Places } | undefined {
  const places: Places = new Map();
  const plain = tryPlainYaml(text, { resolveScalar, places });
  return plain && { value: plain.value, places };
}

const scalars = new Map<string, unknown>();

/** As the value of a key, where `---` is text. Manifests say the same few over and over. */
function resolveScalar(text: string): unknown {
  let value = scalars.get(text);
  if (value === undefined) {
    ({ k: value } = load(`k: ${text}`, { schema: SCHEMA }) as { readonly k: unknown });
    if (scalars.size < MOST_SCALARS) scalars.set(text, value);
  }
  return value;
}

const MOST_SCALARS = 20_000;

/** A document as strict decoding reads it: the value, and the first key that is written twice in one map. Throws as parseYaml. */
export function parseYamlStrictly(text: string): { readonly value: unknown; readonly duplicate?: { readonly line: number; readonly key: string } } {
  const plain = tryPlainYaml(text, { resolveScalar });
  if (plain) return plain;
  try {
    return { value: text.trim() === '' ? null : load(text, { schema: SCHEMA }) };
  } catch (error) {
    if (!(error instanceof YAMLException) || !error.reason.startsWith('duplicated')) throw new DecodingError(`error converting YAML to JSON: yaml: ${explain(error)}`);
    return { value: parseYaml(text), duplicate: duplicateOf(error, text) };
  }
}

/** Keys written twice in one map, as strict decoding reports them; undefined if there is none. */
export function tryYamlDuplicates(text: string): string | undefined {
  try {
    load(text, { schema: SCHEMA });
    return undefined;
  } catch (error) {
    if (!(error instanceof YAMLException) || !error.reason.startsWith('duplicated')) return undefined;
    const { line, key } = duplicateOf(error, text);
    return `yaml: unmarshal errors:\n  line ${line}: key ${JSON.stringify(key)} already set in map`;
  }
}

function duplicateOf({ mark }: YAMLException, text: string): { readonly line: number; readonly key: string } {
  const line = mark?.line ?? 0;
  const key = /^[\s-]*(?:"([^"]*)"|'([^']*)'|([^:\s]+))\s*:/.exec(text.split('\n')[line] ?? '')?.slice(1).find((part) => part !== undefined) ?? '';
  return { line: line + 1, key };
}

function explain(error: unknown): string {
  if (!(error instanceof YAMLException)) return String(error);
  const reason = /unexpected end of the stream within a flow/.test(error.reason) ? 'did not find expected node content' : error.reason;
  return `line ${(error.mark?.line ?? 0) + 1}: ${reason}`;
}
