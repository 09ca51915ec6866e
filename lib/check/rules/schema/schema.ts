import { apiVersionOf, builtInResources } from '../../../api/kinds';
import type { KubeObject } from '../../../api/types';
import { tryNearest } from '../../../base/nearest';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Problem, Rule } from '../../rule';
import { isShape, tellProblems } from '../../schemas/create-problems';
import { KnownKinds } from '../../schemas/known-kinds';

/** Fields, types and required parts: the object does not have the shape of its kind. Custom resources are checked against definitions among the manifests. */
export const schema: Rule = {
  id: 'schema',
  severity: 'error',
  summary: 'The object does not have the shape of its kind',
  why: 'A field that the kind does not have is either refused or silently left out, so that what it was meant to do never happens; a value of the wrong type, or a missing field, is always refused. Most often a name is mistyped, or a block is indented too little or too much.',
  seeAlso: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
  ignorable: false,
  examples: {
    fails: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: "2"
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, imagee: nginx:1.27.3 }
`,
    passes: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: nginx:1.27.3 }
`,
  },

  *check(objects) {
    const kinds = new KnownKinds(objects);
    for (const object of objects.all) {
      const problem = kinds.tryGet(object) ? undefined : wrongKind(object, kinds);
      if (problem) yield problem;
    }
    yield* tellProblems(objects, isShape);
  },
};

const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/** A kind that its group does not have. What other groups have is not known here. */
function wrongKind(object: DeepReadonly<KubeObject>, kinds: KnownKinds): Problem | undefined {
  const { apiVersion, kind } = object;
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof object[field] !== 'string') return { object, field, message: `json: cannot unmarshal ${typeof object[field]} into Go struct field .${field} of type string`, fix: 'write text, in quotes' };
  }
  if (!/^([^/]+\/)?[^/]+$/.test(apiVersion)) return { object, field: 'apiVersion', message: `unexpected GroupVersion string: ${apiVersion}`, fix: 'write group/version, such as apps/v1, or v1' };
  const group = groupOf(apiVersion);
  const served = kinds.versionsOf(object);
  if (served.length > 0) return { object, field: 'apiVersion', message: `the definition of ${kind} among these manifests does not serve version ${apiVersion}`, fix: `use ${served.join(' or ')}` };
  const inGroup = builtInResources().filter((info) => info.group === group);
  if (inGroup.length === 0) return undefined;
  const message = `no kind "${kind}" is known in version "${apiVersion}"`;
  const elsewhere = builtInResources().filter((info) => info.kind === kind).map(apiVersionOf);
  if (elsewhere.length > 0) return { object, field: 'apiVersion', message, fix: `use ${elsewhere[0]}` };
  const meant = tryNearest(kind, inGroup.map((info) => info.kind));
  return { object, field: 'kind', message, fix: meant ? `write ${meant}` : `use a kind of ${apiVersion}, or the API version that the kind is in` };
}
