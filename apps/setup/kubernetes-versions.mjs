// Makes lib/api/facts/kubernetes-versions.json: which kinds each Kubernetes version serves, and which fields they have. Run again for a new version:
//
//   node apps/setup/kubernetes-versions.mjs FOLDER [newest minor version, such as 36]
//
// FOLDER keeps what is taken from upstream: the API descriptions, swagger-1.NN.json, out of the Go module k8s.io/kubernetes; and what the Go types themselves say
// about their deprecation, api-1.NN.zip, the module k8s.io/api. What is missing is fetched from the first module proxy that GOPROXY names (as `go env` tells
// it); that needs go, curl and unzip.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Kinds are listed since this minor version, fields since the other. */
const FIRST = 16;
const FIRST_WITH_FIELDS = 27;
/** Types say since this one when they are deprecated. */
const FIRST_WITH_LIFECYCLE = 19;
const OUTPUT = path.join(import.meta.dirname, '..', '..', 'lib', 'api', 'facts', 'kubernetes-versions.json');

const [folder, newest = '36'] = process.argv.slice(2);
if (!folder) throw new Error('give the folder that keeps the API descriptions');
fs.mkdirSync(folder, { recursive: true });
const minors = Array.from({ length: Number(newest) - FIRST + 1 }, (_, index) => FIRST + index);
const descriptions = new Map(minors.map((minor) => [minor, readDescription(minor)]));

function readDescription(minor) {
  const file = path.join(folder, `swagger-1.${minor}.json`);
  if (!fs.existsSync(file) || fs.statSync(file).size === 0) download(minor, file);
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function download(minor, file) {
  const zip = `${file}.zip`;
  fetchModule(`k8s.io/kubernetes/@v/v1.${minor}.0.zip`, zip);
  fs.writeFileSync(file, unzip(zip, `k8s.io/kubernetes@v1.${minor}.0/api/openapi-spec/swagger.json`));
  fs.rmSync(zip);
}

function fetchModule(name, file) {
  const proxy = execFileSync('go', ['env', 'GOPROXY'], { encoding: 'utf8' }).trim().split(/[,|]/)[0];
  execFileSync('curl', ['-sSf', '-o', file, `${proxy}/${name}`]);
}

const unzip = (zip, pattern) => execFileSync('unzip', ['-p', zip, pattern], { maxBuffer: 1 << 28, encoding: 'utf8' });

/** What the Go types say about themselves, by `batch/v1beta1 CronJob`; the newest word counts. Types that are gone are described by the last module that had them. */
function collectLifecycles() {
  const lifecycles = new Map();
  for (const minor of minors.filter((one) => one >= FIRST_WITH_LIFECYCLE)) {
    const zip = path.join(folder, `api-${minor}.zip`);
    if (!fs.existsSync(zip)) fetchModule(`k8s.io/api/@v/v0.${minor}.0.zip`, zip);
    const root = `k8s.io/api@v0.${minor}.0`;
    const files = execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n').filter((file) => file.endsWith('/zz_generated.prerelease-lifecycle.go'));
    for (const file of files) {
      const [, version] = file.slice(root.length + 1).split('/');
      const group = /GroupName = "(.*)"/.exec(unzip(zip, file.replace('zz_generated.prerelease-lifecycle', 'register')))?.[1] ?? '';
      for (const [kind, lifecycle] of lifecyclesIn(unzip(zip, file))) lifecycles.set(`${apiVersionOf({ group, version })} ${kind}`, lifecycle);
    }
  }
  return lifecycles;
}

function lifecyclesIn(source) {
  const found = new Map();
  for (const [, kind, what, body] of source.matchAll(/func \(in \*(\w+)\) APILifecycle(Deprecated|Removed|Replacement)\(\)[^{]*\{\n\s*(.*)\n/g)) {
    const lifecycle = found.get(kind) ?? {};
    found.set(kind, lifecycle);
    if (what === 'Replacement') {
      const [, group, version, replacement] = /Group: "(.*?)", Version: "(.*?)", Kind: "(.*?)"/.exec(body) ?? [];
      lifecycle.replacement = `${apiVersionOf({ group, version })} ${replacement}`;
    } else lifecycle[what.toLowerCase()] = Number(/return 1, (\d+)/.exec(body)?.[1]);
  }
  return found;
}

const apiVersionOf = ({ group, version }) => (group ? `${group}/${version}` : version);

/** What can be created, by `apps/v1 Deployment`: where it is served, and in which versions. */
function collectKinds() {
  const kinds = new Map();
  for (const [minor, { paths }] of descriptions) {
    for (const [route, operations] of Object.entries(paths)) {
      const { post } = operations;
      if (post?.['x-kubernetes-action'] !== 'post' || route.includes('{name}')) continue;
      const served = post['x-kubernetes-group-version-kind'];
      const key = `${apiVersionOf(served)} ${served.kind}`;
      const found = kinds.get(key) ?? { minors: [] };
      if (!found.minors.includes(minor)) found.minors.push(minor);
      const body = (post.parameters ?? []).find((parameter) => parameter.in === 'body')?.schema.$ref;
      kinds.set(key, { ...found, resource: route.slice(route.lastIndexOf('/') + 1), namespaced: route.includes('/namespaces/{namespace}/'), definition: body?.slice('#/definitions/'.length) });
    }
  }
  return kinds;
}

const SCALARS = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity', 'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time', 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'micro-time',
};

const shortName = (name) => name.replace(/^io\.k8s\.(api\.|apimachinery\.pkg\.apis\.)?/, '');

/** `string`, `[]string`, `{}quantity`, `#core.v1.PodSpec`; `any` for free-form JSON. */
function typeOf(property, definitions) {
  if (property.$ref) {
    const name = property.$ref.slice('#/definitions/'.length);
    if (SCALARS[name]) return SCALARS[name];
    return definitions[name]?.properties ? `#${shortName(name)}` : 'any';
  }
  if (property.type === 'array') return `[]${typeOf(property.items ?? {}, definitions)}`;
  if (property.type === 'object') return property.additionalProperties ? `{}${typeOf(property.additionalProperties, definitions)}` : 'any';
  if (property.type === 'integer') return property.format === 'int32' ? 'int32' : 'int64';
  if (property.type === 'string') return property.format === 'byte' ? 'bytes' : 'string';
  return property.type === 'number' || property.type === 'boolean' ? property.type : 'any';
}

/** The definitions that the kinds lead to, with the versions of each field. */
function collectFields(kinds) {
  const all = new Map();
  for (const [minor, { definitions }] of descriptions) {
    if (minor < FIRST_WITH_FIELDS) continue;
    const waiting = [...kinds.values()].filter((kind) => kind.minors.includes(minor)).map(({ definition }) => definition);
    const seen = new Set();
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name) || !definitions[name]?.properties) continue;
      seen.add(name);
      const fields = all.get(name) ?? new Map();
      all.set(name, fields);
      for (const [field, property] of Object.entries(definitions[name].properties)) {
        const known = fields.get(field) ?? { minors: [] };
        fields.set(field, { minors: [...known.minors, minor], type: typeOf(property, definitions) });
        for (let at = property; at; at = at.items ?? at.additionalProperties) if (at.$ref) waiting.push(at.$ref.slice('#/definitions/'.length));
      }
    }
  }
  return all;
}

/** `30-33`, `30-`, `-33`, or nothing when it is there in all versions of the type. */
function rangeOf(minors, first, last) {
  const from = minors[0] > first ? String(minors[0]) : '';
  const to = minors.at(-1) < last ? String(minors.at(-1)) : '';
  return from || to ? `@${from}-${to}` : '';
}

function fieldTable(fields) {
  const first = Math.min(...[...fields.values()].map(({ minors: own }) => own[0]));
  const last = Math.max(...[...fields.values()].map(({ minors: own }) => own.at(-1)));
  return Object.fromEntries([...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { type, minors: own }]) => [name, type + rangeOf(own, first, last)]));
}

function kindEntry(key, { minors: own, resource, namespaced, definition }) {
  const { deprecated, removed, replacement } = lifecycles.get(key) ?? {};
  return {
    from: own[0], ...(own.at(-1) < minors.at(-1) && { to: own.at(-1) }), resource, ...(namespaced && { namespaced }), ...(own.at(-1) >= FIRST_WITH_FIELDS && definition && { type: shortName(definition) }),
    ...(deprecated && { deprecated }), ...(removed && { removed }), ...(replacement && { replacement }),
  };
}

const lines = (entries) => `{\n${entries.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}`;
const byName = ([a], [b]) => (a < b ? -1 : 1);

const kinds = collectKinds();
const lifecycles = collectLifecycles();
const fields = collectFields(kinds);
fs.writeFileSync(OUTPUT, `{
"oldest": ${FIRST_WITH_FIELDS},
"newest": ${minors.at(-1)},
"kinds": ${lines([...kinds].sort(byName).map(([key, kind]) => [key, kindEntry(key, kind)]))},
"types": ${lines([...fields].sort(byName).map(([name, own]) => [shortName(name), fieldTable(own)]))}
}
`);
process.stdout.write(`${path.relative(process.cwd(), OUTPUT)}: ${kinds.size} kinds, ${fields.size} types, ${fs.statSync(OUTPUT).size} bytes\n`);
