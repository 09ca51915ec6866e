import type { Rule } from '../../rule';

/** A preStop hook that sleeps longer than the grace period is killed in the middle, and the process with it (factor IX). */
export const gracePeriod: Rule = {
  id: 'grace-period',
  severity: 'error',
  summary: 'The grace period is shorter than the preStop hook',
  why: 'The grace period counts from the beginning of the preStop hook. When it ends, the hook and the process are killed together: requests that the hook was waiting for are cut off.',
  seeAlso: 'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  terminationGracePeriodSeconds: 30
  containers:
    - name: web
      image: nginx:1.27.3
      lifecycle: { preStop: { exec: { command: [sleep, '60'] } } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  terminationGracePeriodSeconds: 90
  containers:
    - name: web
      image: nginx:1.27.3
      lifecycle: { preStop: { exec: { command: [sleep, '60'] } } }
`,
  },

  *check(objects) {
    for (const template of objects.podTemplates) {
      const grace = template.spec.terminationGracePeriodSeconds ?? 30;
      for (const { container, path } of template.containers) {
        const needed = sleeps((container.lifecycle?.preStop?.exec?.command ?? []).join(' '));
        if (needed < grace || needed === 0) continue;
        yield {
          object: template.object, field: `${path}.lifecycle.preStop`,
          message: `it sleeps ${needed} s, and the pod is killed after ${grace} s`,
          fix: `set ${template.path}.terminationGracePeriodSeconds to more than ${needed}`,
        };
      }
    }
  },
};

/** Seconds of the `sleep` calls that are written one after the other. */
export function sleeps(command: string): number {
  return [...command.matchAll(/(?:^|[\s;&|])sleep\s+(\d+(?:\.\d+)?)(?=$|[\s;&|])/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}
