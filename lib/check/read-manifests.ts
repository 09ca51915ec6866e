import { parseYamlStrictly } from '../api/decode/yaml';
import type { KubeObject } from '../api/types';
import type { SourcePosition, YamlOrigin } from './origin';
import { splitDocuments, type YamlDocument } from './split-documents';

/** An object of a YAML file. */
export interface ReadManifest {
  readonly object: KubeObject;
  readonly origin: YamlOrigin;
}

/** Something in a file that is no object. */
export interface ReadProblem {
  readonly position: SourcePosition;
  readonly message: string;
  readonly fix: string;
  /** Text of the document, and the line of the file on which it begins. */
  readonly text: () => string;
  readonly line: number;
  /** It has neither apiVersion nor kind: in a folder that is somebody else's file. */
  readonly foreign?: true;
}

export interface ReadResult {
  readonly manifests: readonly ReadManifest[];
  readonly problems: readonly ReadProblem[];
}

/** The objects of a file with any number of YAML (or JSON) documents; Lists are taken apart. What is wrong with one document does not hide the others. */
export function readManifests(text: string, file: string): ReadResult {
  const manifests: ReadManifest[] = [];
  const problems: ReadProblem[] = [];
  for (const document of splitDocuments(text.startsWith('\uFEFF') ? text.slice(1) : text)) {
    const reader = new DocumentReader(file, document, manifests, problems);
    reader.read();
  }
  return { manifests, problems };
}

class DocumentReader {
  private readonly template: string | undefined;
  /** One for the document: by it its objects are known to be together. */
  private readonly text: () => string;

  constructor(private readonly file: string, private readonly document: YamlDocument, private readonly manifests: ReadManifest[], private readonly problems: ReadProblem[]) {
    const { body } = document;
    this.template = tryHelmTemplate(body);
    this.text = () => body;
  }

  read(): void {
    const value = this.parse();
    if (value !== undefined) this.addObject(value, []);
  }

  private parse(): unknown {
    const { body } = this.document;
    try {
      const { value, duplicate } = parseYamlStrictly(body);
      if (duplicate) this.problem(duplicate.line, `key ${JSON.stringify(duplicate.key)} already set in map`, 'remove one of the two: a cluster refuses both, and others take the last');
      return value;
    } catch (error) {
      const message = (error instanceof Error ? error.message : String(error)).replace(/^error converting YAML to JSON: yaml: /, '');
      const [, line, reason] = /^line (\d+): (.*)$/s.exec(message) ?? [undefined, '1', message];
      const fix = body.includes('{{') ? 'this looks like a template of Helm; check what it makes: helm template . | twelve check -' : 'correct the YAML';
      this.problem(Number(line), `this is not YAML: ${reason}`, fix);
      return undefined;
    }
  }

  private addObject(value: unknown, within: readonly (string | number)[]): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.problem(firstLine(this.document.body), 'this is not a Kubernetes object', 'give it apiVersion, kind and metadata', true);
    const { apiVersion, kind, metadata, items } = value as Record<string, unknown>;
    const foreign = apiVersion === undefined && kind === undefined;
    if (typeof apiVersion !== 'string' || !apiVersion) return this.problem(firstLine(this.document.body), 'apiVersion is missing', 'add it; for example apiVersion: apps/v1', foreign);
    if (typeof kind !== 'string' || !kind) return this.problem(firstLine(this.document.body), 'kind is missing', 'add it; for example kind: Deployment');
    if (kind.endsWith('List') && Array.isArray(items)) return items.forEach((item, index) => this.addObject(item, [...within, 'items', index]));
    const { name, generateName } = typeof metadata === 'object' && metadata !== null ? metadata as { readonly name?: unknown; readonly generateName?: unknown } : {};
    if (!(typeof name === 'string' && name) && !(typeof generateName === 'string' && generateName)) return this.problem(firstLine(this.document.body), `${kind} has no metadata.name`, 'give it a name');
    const origin: YamlOrigin = {
      kind: 'yaml', file: this.file, line: this.document.line, text: this.text,
      ...(within.length > 0 && { within }), ...(this.template !== undefined && { template: this.template }),
    };
    this.manifests.push({ object: value as KubeObject, origin });
  }

  private problem(lineInDocument: number, message: string, fix: string, foreign = false): void {
    const { line } = this.document;
    this.problems.push({ position: { file: this.file, line: line + lineInDocument - 1, column: 1 }, message, fix, text: this.text, line, ...(foreign && { foreign }) });
  }
}

/** Helm names the template above each object. */
const tryHelmTemplate = (body: string): string | undefined => /^\s*# Source: (\S+)$/m.exec(body.slice(0, 300))?.[1];

/** The first line of a document that is not blank and no comment, from 1. */
export function firstLine(body: string): number {
  return Math.max(body.split('\n').findIndex((line) => line.trim() && !line.trim().startsWith('#')), 0) + 1;
}
