import { FORMATS, notAcceptable, notConvertible } from './http-errors';

/** How an answer is shown, from the Accept header. */
export interface Form {
  readonly as: 'plain' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** Version of meta.k8s.io for the last three. */
  readonly version: string;
  readonly yaml: boolean;
}

export const PLAIN: Form = { as: 'plain', version: 'v1', yaml: false };

interface Clause {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly quality: number;
}

export function parseAccept(header: string): readonly Clause[] {
  return header.split(',').map((clause) => clause.trim()).filter(Boolean).map((clause) => {
    const [type, ...rest] = clause.split(';').map((part) => part.trim());
    const parameters = Object.fromEntries(rest.map((part) => [part.split('=')[0].trim(), part.split('=').slice(1).join('=').trim()]));
    return { type, parameters, quality: Number(parameters.q ?? 1) };
  }).sort((a, b) => b.quality - a.quality);
}

/** The form of the first clause that can be met. Throws 406. What is only offered as protobuf is not: JSON or YAML must be among the types. */
export function negotiate(header: string | undefined, { watchable }: { readonly watchable: boolean }): Form {
  const clauses = parseAccept(header ?? '');
  if (clauses.length === 0) return PLAIN;
  if (!clauses.some(({ type }) => type === '*/*' || FORMATS.includes(type))) throw notAcceptable(watchable);
  for (const clause of clauses) {
    const form = tryForm(clause);
    if (form) return form;
  }
  throw notConvertible();
}

function tryForm({ type, parameters: { as, v: version = 'v1', g: group } }: Clause): Form | undefined {
  const yaml = type === 'application/yaml';
  if (type !== '*/*' && type !== 'application/json' && !yaml) return undefined;
  if (!as) return { ...PLAIN, yaml };
  if (group !== 'meta.k8s.io' || !['v1', 'v1beta1'].includes(version)) return undefined;
  return as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? { as, version, yaml } : undefined;
}
