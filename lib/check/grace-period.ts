import { containersOf, podTemplates } from './pod-templates';
import type { Rule } from './rule';

/** A preStop hook that sleeps longer than the grace period is killed in the middle, and the process with it (factor IX). */
export const gracePeriod: Rule = {
  id: 'grace-period',
  severity: 'error',
  summary: 'The grace period is shorter than the preStop hook',
  seeAlso: 'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/',

  *check(objects) {
    for (const template of podTemplates(objects)) {
      const grace = template.spec.terminationGracePeriodSeconds ?? 30;
      for (const { container, path } of containersOf(template)) {
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
