import type { KubeObject, Labels } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { CheckedObjects } from '../../checked-objects';
import type { Problem, Rule } from '../../rule';

/** Labels that change with a release, in a place that cannot change: the next release is refused. */
export const immutableLabels: Rule = {
  id: 'immutable-labels',
  severity: 'warning',
  summary: 'A label that changes with each release is where nothing may change',
  why: 'The selector of a workload and the claim templates of a StatefulSet are fixed when they are created. With a version, a revision or a chart version in them the first release works and every later one is refused with "field is immutable", until somebody deletes the workload.',
  seeAlso: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates',
  examples: {
    fails: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web, app.kubernetes.io/version: 1.4.2 } }
  template:
    metadata: { labels: { app: web, app.kubernetes.io/version: 1.4.2 } }
    spec:
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
    passes: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, app.kubernetes.io/version: 1.4.2 } }
    spec:
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
  },

  *check(objects) {
    for (const { object, field, labels, place } of fixedLabels(objects)) {
      for (const [label, value] of Object.entries(labels ?? {})) if (changes(label, String(value))) yield problemOf(object, field, label, value, place);
    }
  },
};

interface FixedLabels {
  readonly object: DeepReadonly<KubeObject>;
  readonly field: string;
  readonly labels: Labels | undefined;
  readonly place: string;
}

function* fixedLabels(objects: CheckedObjects): Iterable<FixedLabels> {
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const) {
    for (const object of objects.ofKind(kind)) yield { object, field: 'spec.selector.matchLabels', labels: object.spec?.selector?.matchLabels, place: 'the selector' };
  }
  for (const object of objects.ofKind('StatefulSet')) {
    for (const [index, { metadata }] of (object.spec?.volumeClaimTemplates ?? []).entries()) yield { object, field: `spec.volumeClaimTemplates[${index}].metadata.labels`, labels: metadata?.labels, place: 'a claim template' };
  }
}

const LABELS = ['app.kubernetes.io/version', 'helm.sh/chart', 'chart', 'pod-template-hash', 'controller-revision-hash'];
const WORDS = /(^|[-_./])(commit|revision|release-number|build|build-id|build-number|git-sha|sha|timestamp|date|deployed-at)$/i;

/** A generation (`version: v2`) may be fixed on purpose, beside another one. */
const changes = (label: string, value: string) => LABELS.includes(label) || WORDS.test(label) || (/(^|\/)version$/.test(label) && (/\d+\.\d+/.test(value) || /^[0-9a-f]{7,40}$/.test(value)));

const problemOf = (object: DeepReadonly<KubeObject>, field: string, label: string, value: string, place: string): Problem => ({
  object, field: `${field}[${label}]`, message: `${label}=${value} is in ${place}, which can never change: the release after the next change of it is refused`,
  fix: `leave ${label} out of ${place}; on the pods and on the object itself it can change`,
});
