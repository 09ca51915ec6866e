import { formatRange, minorsOf, versionOf } from '../../../api/versions/kubernetes-range';
import type { Rule } from '../../rule';
import { KnownKinds } from '../../schemas/known-kinds';
import { replacementFix, tryLifecycle, tryReplacement } from '../../upgrades/api-lifecycle';

/** An API version on its way out, where all versions aimed at have a better one already. */
export const deprecatedApiVersion: Rule = {
  id: 'deprecated-api-version',
  severity: 'warning',
  summary: 'The API version is deprecated',
  why: 'It still works on the versions that are aimed at, with a warning at every request, and stops with a later one. A better version is served by all of them, so the change can be made at any time, and is calmer before the upgrade than after.',
  seeAlso: 'https://kubernetes.io/docs/reference/using-api/deprecation-policy/',
  examples: {
    fails: `
apiVersion: flowcontrol.apiserver.k8s.io/v1beta2
kind: FlowSchema
metadata: { name: batch }
spec:
  priorityLevelConfiguration: { name: workload-low }
`,
    passes: `
apiVersion: flowcontrol.apiserver.k8s.io/v1beta3
kind: FlowSchema
metadata: { name: batch }
spec:
  priorityLevelConfiguration: { name: workload-low }
`,
  },

  *check(objects) {
    const range = minorsOf(objects.target.kubernetes);
    const kinds = KnownKinds.of(objects);
    for (const object of objects.all) {
      const { deprecated, removed = Infinity } = tryLifecycle(object) ?? {};
      if (deprecated === undefined || deprecated > range.to || removed <= range.to || kinds.isCustom(object)) continue;
      const stable = !/\dalpha|\dbeta/.test(object.apiVersion);
      const replacement = tryReplacement(object, range);
      if (!stable && !replacement) continue;
      yield {
        object, field: 'apiVersion',
        message: `${object.apiVersion} ${object.kind} is deprecated since Kubernetes ${versionOf(deprecated)}${removed === Infinity ? '' : ` and is not served from ${versionOf(removed)} on`}`,
        fix: replacementFix(object, replacement, formatRange(objects.target.kubernetes)),
        ...(replacement?.edits && { edits: replacement.edits }),
      };
    }
  },
};
