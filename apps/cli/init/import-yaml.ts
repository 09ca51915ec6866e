import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { decodingProblems } from '../../../lib/api/decode/all-problems';
import { trySchemaOf } from '../../../lib/api/schema/schema';
import type { KubeObject } from '../../../lib/api/types';
import type { Manifest } from '../../../lib/apply/load/manifest';
import { type LiteralNames, quote, typescriptLiteral } from './typescript-literal';

/** Where a file's objects go in the program. */
export interface ImportedFile {
  /** `guestbook`: the file is `guestbook.ts`. */
  readonly name: string;
  /** The function that adds the objects: `addGuestbook`. */
  readonly add: string;
  readonly text: string;
}

const own = createRequire(__filename);

/**
 * TypeScript that makes the same objects as YAML files: typed classes for the kinds of Kubernetes 1.28, plain ApiObjects for all others, and for objects
 * that have fields which their kind has not, because a class would lose them. One file of TypeScript for each of YAML. @param manifests with `source` as the loader gives it: `web.yaml:12`
 */
export function importManifests(manifests: readonly Manifest[]): readonly ImportedFile[] {
  const classes = typedClasses();
  const names = propertyNames();
  const byFile = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const file = manifest.source.replace(/:\d+$/, '');
    byFile.set(file, [...byFile.get(file) ?? [], manifest]);
  }
  const taken = new Set(['main']);
  return [...byFile].map(([file, objects]) => {
    const name = unused(kebab(path.basename(file).replace(/(\.k8s)?\.(ya?ml|json)$/, '')) || 'objects', taken);
    const ids = new Set<string>();
    const statements = objects.map(({ object }) => statement(object, unused(idOf(object), ids), classes, names));
    const add = `add${name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
    return { name, add, text: fileText(file, add, statements) };
  });
}

function fileText(source: string, add: string, statements: readonly string[]): string {
  const body = statements.join('\n\n');
  const imports = [
    ...(body.includes('new ApiObject(') ? ["import { ApiObject, type Chart } from 'cdk8s';"] : ["import type { Chart } from 'cdk8s';"]),
    ...(/\bk8s\./.test(body) ? ["import { k8s } from 'cdk8s-twelve-factor';"] : []),
  ];
  return `${imports.join('\n')}\n\n/** The objects of ${path.isAbsolute(source) ? path.basename(source) : source}. */\nexport function ${add}(chart: Chart): void {\n${body.replace(/^(?=.)/gm, '  ')}\n}\n`;
}

function statement(object: KubeObject, id: string, classes: ReadonlyMap<string, string>, names: LiteralNames): string {
  const { apiVersion, kind, status: _, ...rest } = object as KubeObject & { readonly status?: unknown };
  const className = classes.get(`${apiVersion}/${kind}`);
  const schema = className ? trySchemaOf(apiVersion, kind) : undefined;
  return className && schema && decodingProblems(object, schema).length === 0
    ? `new k8s.${className}(chart, ${quote(id)}, ${typescriptLiteral(rest, schema, names)});`
    : `new ApiObject(chart, ${quote(id)}, ${typescriptLiteral({ apiVersion, kind, ...rest }, undefined, names)});`;
}

/** `apps/v1/Deployment` → `KubeDeployment`. */
function typedClasses(): ReadonlyMap<string, string> {
  const exported = own('cdk8s-plus-28/lib/imports/k8s') as Readonly<Record<string, { readonly GVK?: { readonly apiVersion: string; readonly kind: string } }>>;
  return new Map(Object.entries(exported).flatMap(([name, { GVK }]) => (GVK ? [[`${GVK.apiVersion}/${GVK.kind}`, name] as const] : [])));
}

/** How the classes name fields is written in the functions that turn them back: `'clusterIP': obj.clusterIp`. */
function propertyNames(): LiteralNames {
  const source = fs.readFileSync(own.resolve('cdk8s-plus-28/lib/imports/k8s'), 'utf8');
  const names = new Map([...source.matchAll(/^\s+'([^']+)': .*?\bobj\.(\w+)/gm)].map(([, api, typescript]) => [api, typescript] as const));
  return { property: (name) => names.get(name) ?? name };
}

const idOf = ({ kind, metadata }: KubeObject) => `${kind.toLowerCase()}-${metadata.namespace ? `${metadata.namespace}-` : ''}${metadata.name ?? ''}`;
const kebab = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '');

function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  taken.add(free);
  return free;
}
