import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';

/** Text that goes into a message as it is: upstream prints structures with Go's %#v. */
export interface GoSyntax {
  readonly goSyntax: string;
}

export const isGoSyntax = (value: unknown): value is GoSyntax => typeof value === 'object' && value !== null && 'goSyntax' in value;

export const raw = (goSyntax: string): GoSyntax => ({ goSyntax });

/**
 * The value as Go prints its internal type: `go('apps.DeploymentStrategy', {type: 'Foo'})`. The package is the internal one
 * (`core`, `apps` …) or `v1` for apimachinery's types; `[]`, `*` and `map[string]` may precede. Addresses are made up.
 */
export const go = (type: string, value: unknown): GoSyntax => raw(print(type, value, type.replace(/^[^A-Za-z]*|\..*$/g, '')));

type StructTable = Readonly<Record<string, readonly string[]>>;

let structs: StructTable | undefined;

function structFields(goPackage: string, name: string): { readonly fields: readonly string[]; readonly owner: string } | undefined {
  structs ??= JSON.parse(fs.readFileSync(packageFile('lib/api/facts/go-types.json'), 'utf8')) as StructTable;
  const meta = structs[`io.k8s.apimachinery.pkg.apis.meta.v1.${name}`];
  for (const owner of [goPackage, 'core']) {
    const key = owner !== 'v1' && Object.keys(structs).find((candidate) => candidate.startsWith(`io.k8s.api.${owner}.`) && candidate.endsWith(`.${name}`));
    if (key) return { fields: structs[key], owner };
  }
  return meta && { fields: meta, owner: 'v1' };
}

function print(type: string, value: unknown, goPackage: string): string {
  if (type.startsWith('*')) return printPointer(type.slice(1), value, goPackage);
  if (type.startsWith('[]')) return printList(type, value, goPackage);
  if (type.startsWith('map[')) return printMap(typeName(type, goPackage), type.replace(/^map\[[^\]]*\]/, ''), value, goPackage);
  const name = type.slice(type.lastIndexOf('.') + 1);
  if (type === 'intstr.IntOrString') return intOrString(value as string | number | undefined);
  if (type === 'resource.Quantity') return quantity(String(value ?? '0'));
  if (name === 'ResourceList') return printMap(typeName(type, goPackage), 'resource.Quantity', value, goPackage);
  const struct = type.includes('.') ? structFields(goPackage, name) : undefined;
  if (struct) return printStruct(`${struct.owner}.${name}`, struct.fields, value, struct.owner);
  return value === undefined || value === null ? zero(type) : JSON.stringify(value);
}

function printStruct(name: string, fields: readonly string[], value: unknown, goPackage: string): string {
  const members = (value ?? {}) as Readonly<Record<string, unknown>>;
  const texts = fields.map((field) => {
    const [key, ...type] = field.split(' ');
    const json = key.replace('?', '');
    return `${fieldName(json)}:${print(type.join(' '), members[json], goPackage)}`;
  });
  return `${name}{${texts.join(', ')}}`;
}

function printPointer(type: string, value: unknown, goPackage: string): string {
  const absent = value === undefined || value === null;
  if (absent && (type === 'v1.Time' || type === 'v1.MicroTime')) return '<nil>';
  return `(*${typeName(type, goPackage)})(${absent ? 'nil' : '0xc000a1b2c3'})`;
}

function printList(type: string, value: unknown, goPackage: string): string {
  const name = typeName(type, goPackage);
  if (value === undefined || value === null) return `${name}(nil)`;
  return `${name}{${(value as readonly unknown[]).map((element) => print(type.slice(2), element, goPackage)).join(', ')}}`;
}

function printMap(name: string, valueType: string, value: unknown, goPackage: string): string {
  if (value === undefined || value === null) return `${name}(nil)`;
  return `${name}{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, element]) => `${JSON.stringify(key)}:${print(valueType, element, goPackage)}`).join(', ')}}`;
}

/** The type as the internal packages call it: `v1.RollingUpdateDeployment` inside apps is `apps.RollingUpdateDeployment`. */
function typeName(type: string, goPackage: string): string {
  const [, prefix = '', packageName, name] = /^((?:\*|\[\]|map\[[^\]]*\])*)(?:(\w+)\.)?(\w+)$/.exec(type) ?? [];
  if (packageName === undefined || name === undefined) return type;
  if (!/^v\d/.test(packageName)) return type;
  return `${prefix}${structFields(goPackage, name)?.owner ?? goPackage}.${name}`;
}

const ACRONYMS: Readonly<Record<string, string>> = {
  apiGroup: 'APIGroup', apiGroups: 'APIGroups', apiVersion: 'APIVersion', uid: 'UID', seLinuxOptions: 'SELinuxOptions', ip: 'IP', csi: 'CSI', nfs: 'NFS', tls: 'TLS', http: 'HTTP',
};
const fieldName = (json: string) => ACRONYMS[json] ?? json.charAt(0).toUpperCase() + json.slice(1);

function zero(type: string): string {
  if (/^u?int|^float/.test(type)) return '0';
  return type === 'bool' ? 'false' : '""';
}

function intOrString(value: string | number | undefined): string {
  return typeof value === 'string'
    ? `intstr.IntOrString{Type:1, IntVal:0, StrVal:${JSON.stringify(value)}}`
    : `intstr.IntOrString{Type:0, IntVal:${value ?? 0}, StrVal:""}`;
}

const SCALES: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

function quantity(text: string): string {
  const [, sign = '', whole = '0', fraction = '', suffix = ''] = /^([+-]?)(\d*)(?:\.(\d*))?(.*)$/.exec(text) ?? [];
  const binary = suffix.endsWith('i');
  const factor = binary ? 1024n ** BigInt('KMGTPE'.indexOf(suffix.charAt(0)) + 1) : 1n;
  const scale = binary ? 0 : (SCALES[suffix] ?? 0) - fraction.length;
  const value = BigInt(whole + fraction || '0') * factor;
  const format = binary ? 'BinarySI' : 'DecimalSI';
  return `resource.Quantity{i:resource.int64Amount{value:${sign === '-' ? '-' : ''}${value}, scale:${scale}}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:${JSON.stringify(text)}, Format:"${format}"}`;
}
