import type { Rule } from '../../rule';

/** The old name of `serviceAccountName`. */
export const deprecatedServiceAccount: Rule = {
  id: 'deprecated-service-account',
  severity: 'warning',
  summary: 'The service account is named in a deprecated field',
  why: 'The server copies serviceAccount and serviceAccountName into each other. A manifest with the old field alone shows a difference forever, and when both are written with different names the new one wins.',
  seeAlso: 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  serviceAccount: web
  containers: [{ name: web, image: shop:1.4.2 }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  serviceAccountName: web
  containers: [{ name: web, image: shop:1.4.2 }]
`,
  },

  *check(objects) {
    for (const { object, path, spec } of objects.podTemplates) {
      const { serviceAccount, serviceAccountName } = spec;
      if (!serviceAccount || serviceAccount === serviceAccountName) continue;
      const at = path.split('.');
      const rename = [{ op: 'remove', path: [...at, 'serviceAccount'] }, { op: 'set', path: [...at, 'serviceAccountName'], value: serviceAccountName ?? serviceAccount }] as const;
      yield {
        object, field: `${path}.serviceAccount`,
        message: serviceAccountName ? `it says ${serviceAccount}, and serviceAccountName, which wins, says ${serviceAccountName}` : 'serviceAccountName is the field to use',
        fix: serviceAccountName ? 'remove serviceAccount' : `write serviceAccountName: ${serviceAccount}`,
        edits: serviceAccountName ? [rename[0]] : rename,
      };
    }
  },
};
