import { matchesLabelSelector } from '../../../api/selectors';
import type { Rule } from '../../rule';

/** A wish to be spread, or to be near or far from others, that looks for labels which no pod has. */
export const spreadingSelector: Rule = {
  id: 'spreading-selector',
  severity: 'warning',
  summary: 'Spreading or affinity looks for labels that no pod has',
  why: 'The scheduler counts the pods with these labels. There are none, so the copies are not spread although the manifest says so; a required affinity is worse: the pod waits for a neighbour that never comes.',
  seeAlso: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
  examples: {
    fails: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: { matchLabels: { app: shop-web } }
      containers: [{ name: web, image: nginx:1.27.3 }]
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
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: { matchLabels: { app: web } }
      containers: [{ name: web, image: nginx:1.27.3 }]
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const { labels, object, path, spec } = template;
      for (const [index, { labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
        if (!labelSelector || matchesLabelSelector(labelSelector, labels)) continue;
        yield {
          object, field: `${path}.topologySpreadConstraints[${index}].labelSelector`,
          message: 'the pod itself does not have the labels that are counted', fix: `use the pod's own labels: ${format(labels)}`,
        };
      }
      for (const { field, labelSelector } of affinityTerms(spec)) {
        if (matchesLabelSelector(labelSelector, labels) || objects.podTemplatesOf(object.metadata.namespace).some((other) => matchesLabelSelector(labelSelector, other.labels))) continue;
        yield { object, field: `${path}.affinity.${field}.labelSelector`, message: 'no pod of these manifests has these labels', fix: `use labels that pods have; those of this one are ${format(labels)}` };
      }
    }
  },
};

type PodSpec = Parameters<Rule['check']>[0]['podTemplates'][number]['spec'];

/** Terms that look in the pod's own namespace. */
function affinityTerms({ affinity }: PodSpec) {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const required = affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = affinity?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return [
      ...required.map((term, index) => ({ ...term, field: `${kind}.requiredDuringSchedulingIgnoredDuringExecution[${index}]` })),
      ...preferred.map(({ podAffinityTerm }, index) => ({ ...podAffinityTerm, field: `${kind}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm` })),
    ].filter(({ labelSelector, namespaces, namespaceSelector }) => labelSelector && !namespaces?.length && !namespaceSelector);
  });
}

const format = (labels: Readonly<Record<string, string>>) => Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',') || 'none';
