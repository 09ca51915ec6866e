import { apiVersionOf, builtInResources, isGroupVersion, splitApiVersion } from '../../../api/kinds';
import type { KubeObject } from '../../../api/types';
import { kindsOfGroup, tryKindFacts } from '../../../api/versions/facts';
import { formatRange, minorsOf, versionOf, type KubernetesRange } from '../../../api/versions/kubernetes-range';
import { tryNearest } from '../../../base/nearest';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Problem, Rule } from '../../rule';
import { isBase } from '../../schemas/create-problems';
import { isShape, tellProblems } from '../../schemas/tell-problems';
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
    const kinds = KnownKinds.of(objects);
    for (const object of objects.all) {
      const kind = kinds.tryGet(object);
      if (kind && (kind.custom || isBase(minorsOf(objects.target.kubernetes)))) continue;
      const problem = wrongKind(object, kinds, objects.target.kubernetes);
      if (problem) yield problem;
    }
    yield* tellProblems(objects, isShape);
  },
};

/** What is wrong with apiVersion and kind of an object whose kind is neither defined by the manifests nor served by 1.28. */
function wrongKind(object: DeepReadonly<KubeObject>, kinds: KnownKinds, target: KubernetesRange): Problem | undefined {
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof object[field] !== 'string') return { object, field, message: 'this is not text', fix: 'write text, in quotes' };
  }
  const { apiVersion, kind } = object;
  if (!isGroupVersion(apiVersion)) return { object, field: 'apiVersion', message: `unexpected GroupVersion string: ${apiVersion}`, fix: 'write group/version, such as apps/v1, or v1' };
  const served = kinds.versionsOf(object);
  if (served.length > 0) return { object, field: 'apiVersion', message: `the definition of ${kind} among these manifests does not serve version ${apiVersion}`, fix: `use ${served.join(' or ')}` };
  const facts = tryKindFacts(apiVersion, kind);
  if (facts) return facts.from > minorsOf(target).from ? notYet(object, facts.from, target) : undefined;
  return unheardOf(object);
}

function notYet(object: DeepReadonly<KubeObject>, from: number, target: KubernetesRange): Problem {
  const { apiVersion, kind } = object;
  const since = versionOf(from);
  const { group } = splitApiVersion(apiVersion);
  const earlier = kindsOfGroup(group).filter((other) => other.kind === kind && other.facts.from <= minorsOf(target).from && (other.facts.to ?? Infinity) >= minorsOf(target).to);
  return {
    object, field: 'apiVersion', message: `Kubernetes serves ${apiVersion} ${kind} from ${since} on, and the manifests are for ${formatRange(target)}`,
    fix: earlier.length > 0 ? `use ${earlier.map((other) => other.apiVersion).join(' or ')}` : `leave it out, or run on Kubernetes ${since} or newer and check with --kubernetes ${since}`,
  };
}

/** A kind that no version of Kubernetes has in that group. What other groups have is not known here. */
function unheardOf(object: DeepReadonly<KubeObject>): Problem | undefined {
  const { apiVersion, kind } = object;
  const inGroup = kindsOfGroup(splitApiVersion(apiVersion).group);
  if (inGroup.length === 0) return undefined;
  const message = `no kind "${kind}" is known in version "${apiVersion}"`;
  const elsewhere = builtInResources().find((info) => info.kind === kind);
  if (elsewhere) return { object, field: 'apiVersion', message, fix: `use ${apiVersionOf(elsewhere)}` };
  const meant = tryNearest(kind, inGroup.map((other) => other.kind));
  return { object, field: 'kind', message, fix: meant ? `write ${meant}` : `use a kind of ${apiVersion}, or the API version that the kind is in` };
}
