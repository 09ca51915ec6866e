import { apiVersionOf, builtInResources } from '../kinds';
import type { ResourceInfo } from '../kinds';
import { trySchemaOf } from '../schema/schema';
import { badRequest } from '../status-error';
import type { StatusError } from '../status-error';
import { jsonTypeName } from './decoding-error';

const TYPE_META = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * apiVersion and kind of a body, filled in from the resource where absent. Throws the 400 of a body that is something else than
 * the path asks for. `text` is only shown.
 */
export function checkType(body: unknown, resource: ResourceInfo, text: string): TypeMeta {
  const problem = malformed(body);
  if (problem) throw unrecognized(resource, `couldn't get version/kind; json parse error: ${problem}`, text);
  const { apiVersion, kind } = (body ?? {}) as Partial<TypeMeta>;
  if (apiVersion && apiVersion.split('/').length > 2) throw unrecognized(resource, `unexpected GroupVersion string: ${apiVersion}`, text);
  const found = { apiVersion: apiVersion || apiVersionOf(resource), kind: kind || resource.kind };
  if (found.apiVersion === apiVersionOf(resource) && found.kind === resource.kind) return found;
  throw mismatch(found, resource);
}

function malformed(body: unknown): string | undefined {
  if (body === null || body === undefined) return undefined;
  if (typeof body !== 'object' || Array.isArray(body)) return `json: cannot unmarshal ${jsonTypeName(body)} into Go value of type ${TYPE_META}`;
  for (const field of ['apiVersion', 'kind']) {
    const value = (body as Record<string, unknown>)[field];
    if (value !== undefined && value !== null && typeof value !== 'string') return `json: cannot unmarshal ${jsonTypeName(value)} into Go struct field .${field} of type string`;
  }
  return undefined;
}

/** A body that could not be read far enough to know its kind. */
export function unrecognized({ kind }: ResourceInfo, why: string, text: string): StatusError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(text)})`);
}

function summary(text: string): string {
  if (text === '') return '<empty>';
  const bytes = Buffer.from(text);
  const shown = bytes.subarray(0, 30);
  return (text.startsWith('{') ? shown.toString() : shown.toString('hex')) + (bytes.length > 30 ? ' ...' : '');
}

/** The 400 of a body of known kind that cannot be read. */
export function cannotBeHandled({ apiVersion, kind }: TypeMeta, expected: string, why: string): StatusError {
  return badRequest(`${kind} in version "${apiVersion.split('/').pop()}" cannot be handled as a ${expected}: ${why}`);
}

function mismatch(found: TypeMeta, resource: ResourceInfo): StatusError {
  const expected = apiVersionOf(resource);
  const builtIn = trySchemaOf(expected, resource.kind) !== undefined || builtInResources().some((other) => other.kind === resource.kind && other.group === resource.group);
  if (!builtIn || (found.kind === resource.kind && trySchemaOf(found.apiVersion, found.kind))) {
    return badRequest(`the API version in the data (${found.apiVersion}) does not match the expected API version (${expected})`);
  }
  if (!isRegistered(found)) {
    const version = found.apiVersion;
    return cannotBeHandled(found, resource.kind, `no kind "${found.kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go:100"`);
  }
  const versioned = found.apiVersion.split('/').pop();
  return cannotBeHandled(found, resource.kind, `converting (${versioned}.${found.kind}) to (${resource.group.split('.')[0] || 'core'}.${resource.kind}): unknown conversion`);
}

const isRegistered = ({ apiVersion, kind }: TypeMeta) => trySchemaOf(apiVersion, kind) !== undefined || (apiVersion === 'v1' && kind === 'List');
