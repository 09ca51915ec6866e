import { parseYaml, tryYamlDuplicates } from '../../api/decode/yaml';
import type { KubeObject } from '../../api/types';
import type { Manifest } from './manifest';

/** The objects of a file with any number of YAML (or JSON) documents; Lists are taken apart. Throws with file and line; collects all that is wrong. */
export function parseManifests(text: string, file: string): readonly Manifest[] {
  const problems: string[] = [];
  const manifests = splitDocuments(text).flatMap(({ body, line }) => {
    try {
      return toManifests(parseDocument(body, file, line), `${file}:${line + leadingBlankLines(body)}`);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return manifests;
}

/** @returns documents with the line (from 1) on which each begins */
export function splitDocuments(text: string): readonly { readonly body: string; readonly line: number }[] {
  const documents: { body: string; line: number }[] = [];
  let current: string[] = [];
  let start = 1;
  const lines = text.split(/\r?\n/);
  const close = () => {
    if (current.some((line) => line.trim() && !line.trim().startsWith('#') && !line.startsWith('%'))) documents.push({ body: current.join('\n'), line: start });
  };
  lines.forEach((line, index) => {
    if (/^---(\s|$)/.test(line) || /^\.\.\.\s*$/.test(line)) {
      close();
      current = [line.startsWith('---') ? line.slice(3) : ''];
      start = index + 1;
    } else current.push(line);
  });
  close();
  return documents;
}

function parseDocument(body: string, file: string, line: number): unknown {
  try {
    const value = parseYaml(body);
    const duplicate = tryYamlDuplicates(body);
    if (duplicate) throw new Error(duplicate.replace(/^yaml: unmarshal errors:\s*/, ''));
    return value;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/^error converting YAML to JSON: yaml: /, '');
    const [, inDocument, reason] = /^line (\d+): (.*)$/s.exec(message) ?? [undefined, '1', message];
    throw new Error(`${file}:${line + Number(inDocument) - 1}: ${reason}`, { cause: error });
  }
}

function toManifests(value: unknown, source: string): readonly Manifest[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${source}: this is not a Kubernetes object; it needs apiVersion, kind and metadata`);
  const { apiVersion, kind, metadata, items } = value as Record<string, unknown>;
  if (typeof apiVersion !== 'string' || !apiVersion) throw new Error(`${source}: apiVersion is missing; for example apiVersion: apps/v1`);
  if (typeof kind !== 'string' || !kind) throw new Error(`${source}: kind is missing; for example kind: Deployment`);
  if (kind.endsWith('List') && Array.isArray(items)) return items.flatMap((item) => toManifests(item, source));
  const name = typeof metadata === 'object' && metadata !== null ? (metadata as { name?: unknown }).name : undefined;
  if (typeof name !== 'string' || !name) throw new Error(`${source}: ${kind} has no metadata.name; apply needs one to find the object again (generateName is for kubectl create)`);
  return [{ object: value as KubeObject, source }];
}

function leadingBlankLines(body: string): number {
  const first = body.split('\n').findIndex((line) => line.trim() && !line.trim().startsWith('#'));
  return Math.max(first, 0);
}
