import { badRequest, type FieldError } from '../api/status-error';
import type { FieldValidation } from '../api/decode';
import { badValue, invalidOptions } from './http-errors';
import { isTrue } from './request-info';

/** What the query of a write says. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean | undefined;
}

/** Throws 422 with every refused parameter, as CreateOptions, UpdateOptions and PatchOptions of meta/v1. */
export function parseWriteOptions(kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions', query: URLSearchParams, { apply = false } = {}): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const force = query.has('force') ? isTrue(query.get('force')) : undefined;
  const errors: FieldError[] = [...dryRunErrors(dryRun)];
  if (kind === 'PatchOptions' && apply && !fieldManager) errors.unshift({ reason: 'FieldValueRequired', field: 'fieldManager', message: 'Required value: is required for apply patch' });
  if (kind === 'PatchOptions' && !apply && force !== undefined) errors.unshift({ reason: 'FieldValueForbidden', field: 'force', message: 'Forbidden: may not be specified for non-apply patch' });
  errors.push(...managerErrors(fieldManager));
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(fieldValidation)) {
    errors.push({ reason: 'FieldValueNotSupported', field: 'fieldValidation', message: `Unsupported value: ${JSON.stringify(fieldValidation)}: supported values: "", "Ignore", "Strict", "Warn"` });
  }
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return { dryRun: dryRun.length > 0, fieldManager, fieldValidation: (fieldValidation || 'Warn') as FieldValidation, force };
}

export function dryRunErrors(values: readonly string[]): FieldError[] {
  if (values.every((value) => value === 'All')) return [];
  const shown = `[]string{${values.map((value) => JSON.stringify(value)).join(', ')}}`;
  return [{ reason: 'FieldValueNotSupported', field: 'dryRun', message: `Unsupported value: ${shown}: supported values: "All"` }];
}

function managerErrors(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > 128) errors.push({ reason: 'FieldValueTooLong', field: 'fieldManager', message: 'Too long: must have at most 128 bytes' });
  [...manager].forEach((character, position) => {
    if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) return;
    const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
    errors.push({ reason: 'FieldValueInvalid', field: 'fieldManager', message: `Invalid value: ${goQuote(manager)}: invalid character U+${code} (at position ${position})` });
  });
  return errors;
}

const GO_ESCAPES: Readonly<Record<string, string>> = { '\u0007': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '"': '\\"', '\\': '\\\\' };
const goQuote = (text: string) => `"${[...text].map((character) => GO_ESCAPES[character] ?? (character < ' ' ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}` : character)).join('')}"`;

/** What the query of a list or watch says. */
export interface ListOptions {
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  /** Parsed; 0 when absent. */
  readonly revision: number;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly timeoutSeconds: number | undefined;
  readonly allowWatchBookmarks: boolean;
}

export function parseListOptions(query: URLSearchParams, { watch }: { readonly watch: boolean }): ListOptions {
  const limit = integer(query, 'limit') ?? 0;
  const timeoutSeconds = integer(query, 'timeoutSeconds');
  const resourceVersion = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const continueToken = query.get('continue') ?? '';
  const errors = [
    ...matchErrors({ watch, match, resourceVersion, continueToken, sendInitialEvents: query.has('sendInitialEvents') }),
  ];
  if (errors.length > 0) throw invalidOptions('ListOptions', errors);
  return {
    limit, continueToken, resourceVersion, revision: parseRevision(resourceVersion), match: match as ListOptions['match'], timeoutSeconds,
    labelSelector: query.get('labelSelector') ?? '', fieldSelector: query.get('fieldSelector') ?? '', allowWatchBookmarks: query.has('allowWatchBookmarks') && isTrue(query.get('allowWatchBookmarks')),
  };
}

interface MatchQuestion {
  readonly watch: boolean;
  readonly match: string;
  readonly resourceVersion: string;
  readonly continueToken: string;
  readonly sendInitialEvents: boolean;
}

/** Follows ValidateListOptions of 1.28, with the WatchList feature off. */
function matchErrors({ watch, match, resourceVersion, continueToken, sendInitialEvents }: MatchQuestion): FieldError[] {
  const forbid = (field: string, why: string): FieldError => ({ reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` });
  const errors: FieldError[] = [];
  if (watch) {
    if (match && !sendInitialEvents) errors.push(forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
    if (sendInitialEvents && match !== 'NotOlderThan') errors.push(forbid('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
    if (sendInitialEvents) errors.push(forbid('sendInitialEvents', 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'));
    return errors;
  }
  if (sendInitialEvents) errors.push(forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (!match) return errors;
  if (!resourceVersion) errors.push(forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (continueToken) errors.push(forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan') errors.push({ reason: 'FieldValueNotSupported', field: 'resourceVersionMatch', message: `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""` });
  if (match === 'Exact' && resourceVersion === '0') errors.push(forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  return errors;
}

export function parseRevision(text: string): number {
  if (text === '') return 0;
  if (!/^\d+$/.test(text)) throw badValue(`resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
