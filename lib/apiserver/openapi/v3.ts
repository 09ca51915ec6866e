import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import type { ApiResponse } from '../../api/request';
import { VERSION } from '../version';

interface Operation {
  readonly id: string;
  readonly action?: string;
  readonly gvk?: object;
  readonly path?: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly consumes?: readonly string[];
  readonly produces?: readonly string[];
  readonly responses?: Readonly<Record<string, string | null>>;
}

type Schemas = Readonly<Record<string, object>>;

const read = <T>(file: string) => JSON.parse(fs.readFileSync(packageFile(`lib/api/facts/${file}`), 'utf8')) as T;

/** GET /openapi/v3 and below; undefined for a group version that has no document. Documents are made when they are asked for and kept. */
export class OpenApiV3 {
  private operations: Readonly<Record<string, Operation>> | undefined;
  private definitions: Schemas | undefined;
  private readonly documents = new Map<string, object>();
  private hash: string | undefined;

  /** @param names `api/v1`, `apis/apps/v1`, … */
  index(names: readonly string[]): ApiResponse {
    this.hash ??= createHash('sha256').update(VERSION.gitVersion).digest('hex').slice(0, 32).toUpperCase();
    return { status: 200, body: { paths: Object.fromEntries(names.map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${this.hash}` }])) } };
  }

  tryDocument(name: string): ApiResponse | undefined {
    let body = this.documents.get(name);
    if (!body) {
      this.operations ??= read<Readonly<Record<string, Operation>>>('operations.json');
      const own = Object.entries(this.operations).filter(([key]) => key.slice(key.indexOf(' ') + 1).startsWith(`/${name}/`));
      if (own.length === 0) return undefined;
      this.documents.set(name, (body = this.make(own)));
    }
    return { status: 200, body };
  }

  private make(operations: readonly (readonly [string, Operation])[]): object {
    const paths: Record<string, Record<string, unknown>> = {};
    for (const [key, operation] of operations) {
      const [method, path] = key.split(' ');
      (paths[path] ??= {})[method.toLowerCase()] = operationDocument(operation);
    }
    this.definitions ??= read<Schemas>('definitions.json');
    return {
      openapi: '3.0.0', info: { title: 'Kubernetes', version: VERSION.gitVersion }, paths,
      components: { schemas: reachable(this.definitions, operations.flatMap(([, { body, responses }]) => [body, ...Object.values(responses ?? {})])) },
    };
  }
}

function operationDocument({ id, action, gvk, path = [], query = {}, body, consumes = [], produces = [], responses = {} }: Operation): object {
  const content = (types: readonly string[], reference: string) => Object.fromEntries(types.map((type) => [type, { schema: schemaOf(reference) }]));
  return {
    operationId: id,
    parameters: [
      ...path.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } })),
      ...Object.entries(query).map(([name, type]) => ({ name, in: 'query', schema: { type, uniqueItems: true } })),
    ],
    ...(body && { requestBody: { content: content(consumes, body), required: true } }),
    responses: Object.fromEntries(Object.entries(responses).map(([code, reference]) => [code, { description: code === '401' ? 'Unauthorized' : 'OK', ...(reference && { content: content(produces, reference) }) }])),
    ...(action && { 'x-kubernetes-action': action }),
    ...(gvk && { 'x-kubernetes-group-version-kind': gvk }),
  };
}

const PREFIX = '#/definitions/';
const schemaOf = (reference: string) => (reference.startsWith(PREFIX) ? { $ref: `#/components/schemas/${reference.slice(PREFIX.length)}` } : { type: reference });

/** The definitions that the references need, also indirectly, with references as version 3 writes them. */
function reachable(definitions: Schemas, references: readonly (string | null | undefined)[]): Schemas {
  const found: Record<string, object> = {};
  const waiting = references.filter((reference): reference is string => reference?.startsWith(PREFIX) === true).map((reference) => reference.slice(PREFIX.length));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name in found || !(name in definitions)) continue;
    const text = JSON.stringify(definitions[name]);
    for (const [, next] of text.matchAll(/"#\/definitions\/([^"]+)"/g)) waiting.push(next);
    found[name] = JSON.parse(text.replaceAll(`"${PREFIX}`, '"#/components/schemas/')) as object;
  }
  return found;
}
