import * as fs from 'node:fs';
import { builtInResources, apiVersionOf, type ResourceInfo } from '../../../lib/api/kinds';
import { packageFile } from '../../../lib/base/package-root';
import { tryNearest } from '../../../lib/base/nearest';

/** A schema of lib/api/facts/definitions.json: Kubernetes' OpenAPI. */
export interface Definition {
  readonly '$ref'?: string;
  readonly 'type'?: string;
  readonly 'format'?: string;
  readonly 'properties'?: Readonly<Record<string, Definition>>;
  readonly 'items'?: Definition;
  readonly 'additionalProperties'?: Definition;
  readonly 'required'?: readonly string[];
  readonly 'enum'?: readonly string[];
  readonly 'default'?: unknown;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

/** A place in a kind: `deployment.spec.template`. */
export interface FieldPlace {
  readonly resource: ResourceInfo;
  /** Empty for the kind itself. */
  readonly path: readonly string[];
  /** Name of the type that has the field, and the field's own; undefined for the kind. */
  readonly field?: { readonly owner: string; readonly name: string; readonly required: boolean };
  readonly schema: Definition;
  /** Name of the type of what is there (for lists and maps, of their elements), where it has fields. */
  readonly type?: string;
}

const REFERENCE = '#/definitions/';

/** Finds a field as people name it: `deployment.spec.replicas`, `deploy.spec`, `ingresses.v1.networking.k8s.io`. Throws with what was most likely meant. */
export function findField(words: string): FieldPlace {
  const [kind, ...path] = words.split('.');
  const resource = findResource(kind);
  const all = definitions();
  const root = Object.keys(all).find((key) => all[key]['x-kubernetes-group-version-kind']?.some((one) => one.kind === resource.kind && one.group === resource.group && one.version === resource.version));
  if (root === undefined) throw new Error(`${resource.kind} has no schema`);
  let place: FieldPlace = { resource, path: [], schema: all[root], type: root };
  for (const segment of path) place = step(place, segment.replace(/\[.*\]$/, ''), words);
  return place;
}

/** Fields of what is there, in the order of their names. */
export function fieldsOf({ type }: FieldPlace): readonly (readonly [string, Definition])[] {
  return Object.entries(type === undefined ? {} : definitions()[type].properties ?? {});
}

/** `[]Container`, `string`, `map of string`. */
export function typeName(schema: Definition): string {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf('.') + 1);
  if (schema.type === 'array') return `[]${schema.items ? typeName(schema.items) : 'any'}`;
  if (schema.additionalProperties) return `map of ${typeName(schema.additionalProperties)}`;
  return schema.format && schema.format !== 'int-or-string' ? `${schema.type} (${schema.format})` : schema.format ?? schema.type ?? 'object';
}

function step(place: FieldPlace, name: string, words: string): FieldPlace {
  const owner = place.type;
  const definition = owner === undefined ? undefined : definitions()[owner];
  const known = Object.keys(definition?.properties ?? {});
  const schema = definition?.properties?.[name];
  const at = [place.resource.kind, ...place.path].join('.');
  if (owner === undefined || !schema) {
    const near = tryNearest(name, known);
    const hint = known.length === 0 ? 'it has no fields' : near ? `did you mean ${near}?` : `it has ${known.join(', ')}`;
    throw new Error(`${words}: there is no field ${name} in ${at}; ${hint}`);
  }
  return { resource: place.resource, path: [...place.path, name], field: { owner, name, required: definition?.required?.includes(name) ?? false }, schema, type: elementType(schema) };
}

function elementType(schema: Definition): string | undefined {
  if (schema.$ref) {
    const type = schema.$ref.slice(REFERENCE.length);
    return definitions()[type]?.properties ? type : undefined;
  }
  const element = schema.items ?? schema.additionalProperties;
  return element && elementType(element);
}

function findResource(name: string): ResourceInfo {
  const wanted = name.toLowerCase();
  const all = builtInResources();
  const found = all.find(({ kind, resource }) => wanted === kind.toLowerCase() || wanted === resource) ?? all.find(({ resource }) => shortNames().get(resource)?.includes(wanted));
  if (found) return found;
  const near = tryNearest(wanted, all.map(({ kind }) => kind.toLowerCase()));
  throw new Error(`there is no rule and no kind "${name}"${near ? `; did you mean ${near}?` : '; twelve explain lists the rules'}`);
}

function shortNames(): ReadonlyMap<string, readonly string[]> {
  const answers = facts('discovery') as Readonly<Record<string, { readonly resources?: readonly { readonly name: string; readonly shortNames?: readonly string[] }[] }>>;
  return new Map(Object.values(answers).flatMap(({ resources = [] }) => resources.map(({ name, shortNames: short = [] }) => [name, short] as const)));
}

let loaded: Readonly<Record<string, Definition>> | undefined;
const definitions = (): Readonly<Record<string, Definition>> => (loaded ??= facts('definitions') as Readonly<Record<string, Definition>>);
const facts = (name: string): unknown => JSON.parse(fs.readFileSync(packageFile(`lib/api/facts/${name}.json`), 'utf8'));

export const describeKind = (resource: ResourceInfo): string => `${resource.kind} (${apiVersionOf(resource)})`;
