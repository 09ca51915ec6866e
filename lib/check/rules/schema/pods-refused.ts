import type { PodTemplate } from '../../pod-templates';
import type { Problem, Rule } from '../../rule';

/** A field that only the server may write: the workload is accepted, and none of its pods is ever created. */
export const podsRefused: Rule = {
  id: 'pods-refused',
  severity: 'error',
  summary: 'The workload is accepted, but its pods are refused',
  why: 'The server takes the priority of a pod from the PriorityClass that it names, and refuses pods that bring a number of their own. Of a Deployment nothing is seen but an event on its ReplicaSet: it stays at 0 pods.',
  seeAlso: 'https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/',
  ignorable: false,
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  priority: 1000
  containers: [{ name: web, image: nginx:1.27.3 }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  priorityClassName: important
  containers: [{ name: web, image: nginx:1.27.3 }]
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) yield* refusals(template);
  },
};

function* refusals({ object, spec, path }: PodTemplate): Iterable<Problem> {
  const { priority, priorityClassName } = spec;
  if (priority !== undefined && priority !== 0 && !priorityClassName) {
    yield {
      object, field: `${path}.priority`, fix: 'remove it, and name a PriorityClass in priorityClassName',
      message: `the integer value of priority (${priority}) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name`,
    };
  }
}
