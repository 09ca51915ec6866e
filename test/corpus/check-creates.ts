import * as fs from 'node:fs';
import * as path from 'node:path';
import { apiVersionOf, builtInResources, resourcePath } from '../../lib/api/kinds';
import type { KubeObject } from '../../lib/api/types';
import { checkObjects } from '../../lib/check/check-objects';
import { schemaRules } from '../../lib/check/rules/schema/index';

interface Step {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: unknown;
  readonly expect?: { readonly status: number; readonly headers?: Readonly<Record<string, unknown>>; readonly body?: { readonly message?: string; readonly details?: { readonly causes?: readonly { readonly field?: string }[] } } };
}

interface Case {
  readonly id: string;
  readonly area: string;
  readonly steps: readonly Step[];
}

/** Requests that are refused, or not, for what is no part of the object: the path, the query, a header. */
const aboutTheRequest = ({ path: target = '', query, headers }: Step) => ['Ignore', 'Foo'].includes(String(query?.fieldValidation)) || target === '/api/v1/configmaps' || (headers?.['content-type'] ?? 'application/json') !== 'application/json';

/** How the check judges what a real server judged: the body of one recorded create. */
export interface CheckedCreate {
  readonly area: string;
  readonly id: string;
  readonly matches: boolean;
  /** Of the server and of the check: refused fields, or accepted. */
  readonly server: string;
  readonly check: string;
}

const NAMESPACE = 'corpus';

/** The creates of the areas whose body is one object as a manifest may hold it. */
export function checkCreates(corpus: string, areas: (area: string) => boolean): readonly CheckedCreate[] {
  const folder = path.join(corpus, 'corpus');
  const cases = fs.readdirSync(folder).filter((file) => areas(file.replace(/\.json$/, ''))).flatMap((file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as readonly Case[]);
  return cases.flatMap(({ id, area, steps }) => {
    const definitions: KubeObject[] = [];
    return steps.flatMap((step, index) => {
      const object = step.method === 'POST' && step.expect && !aboutTheRequest(step) ? tryObject(step) : undefined;
      if (!object || !step.expect) return [];
      const server = answerOf(step.expect);
      const check = judge(object, definitions);
      if (object.kind === 'CustomResourceDefinition' && step.expect.status === 201) definitions.push(object);
      return [{ area, id: steps.length > 1 ? `${id}[${index}]` : id, server, check, matches: sameJudgement(server, check) }];
    });
  });
}

/** The body with what the server fills in from the path. Undefined for texts that are not an object, and paths of subresources. */
function tryObject({ path: target = '', body }: Step): KubeObject | undefined {
  const value = expand(typeof body === 'string' ? tryParse(body) : body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [, prefix = '', namespaced = ''] = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)((?:\/namespaces\/\{\{ns\}\})?\/[^/]+)$/.exec(target) ?? [];
  if (!prefix) return undefined;
  const resource = namespaced.slice(namespaced.lastIndexOf('/') + 1);
  const info = builtInResources().find((one) => one.resource === resource && resourcePath(one).startsWith(`${prefix}/`));
  const filled = { ...(info && { apiVersion: apiVersionOf(info), kind: info.kind }), ...value } as unknown as KubeObject;
  return { ...filled, metadata: { ...(info?.namespaced && { namespace: NAMESPACE }), ...filled.metadata } };
}

function judge(object: KubeObject, definitions: readonly KubeObject[]): string {
  const findings = checkObjects([...definitions, object], schemaRules).filter((finding) => finding.object === object && finding.severity === 'error');
  return findings.length === 0 ? 'accepted' : `refused ${[...new Set(findings.map(({ field }) => field))].sort().join(' ')}`;
}

/** A warning about an unknown field counts as a refusal: the check is strict. */
function answerOf({ status, headers, body }: NonNullable<Step['expect']>): string {
  const unknown = [...`${JSON.stringify(headers ?? {}).replaceAll('\\"', '"').replaceAll('\\"', '"')} ${body?.message ?? ''}`.matchAll(/unknown field \\?"(.*?)\\?"/g)].map(([, field]) => field);
  const causes = (body?.details?.causes ?? []).flatMap(({ field }) => field ?? []);
  const fields = [...new Set([...unknown, ...causes])].sort();
  return status === 201 && fields.length === 0 ? 'accepted' : `refused ${fields.join(' ')}`;
}

/** A refusal that names no field has none to compare. */
const sameJudgement = (server: string, check: string) => (server === 'refused ' ? check.startsWith('refused') : server === check);

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{"$repeat": [text, n]}` and `{{ns}}` of the recording. */
function expand(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('{{ns}}', NAMESPACE);
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== 'object' || value === null) return value;
  const { $repeat: repeat } = value as { readonly $repeat?: readonly [string, number] };
  return repeat ? repeat[0].repeat(repeat[1]) : Object.fromEntries(Object.entries(value).map(([key, item]) => [String(expand(key)), expand(item)]));
}
