import { containersIn } from '../../containers-in';
import { patience } from '../../probes-of';
import type { Rule } from '../../rule';

/** The same question to a pod that is only busy and to one that is lost for good, with no more patience for the second. */
export const probesIdentical: Rule = {
  id: 'probes-identical',
  severity: 'warning',
  summary: 'The liveness probe acts as fast as the readiness probe, on the same answer',
  why: 'A pod that is overloaded should get fewer requests; with these probes it is restarted in the same moment, its load goes to the others, and they are restarted in turn. A liveness probe is for a process that will never answer again.',
  seeAlso: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      readinessProbe: { httpGet: { path: /, port: 80 } }
      livenessProbe: { httpGet: { path: /, port: 80 } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      readinessProbe: { httpGet: { path: /, port: 80 } }
      livenessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 20, failureThreshold: 6 }
`,
  },

  *check(objects) {
    for (const { container: { livenessProbe, readinessProbe }, path, template } of containersIn(objects)) {
      if (!livenessProbe || !readinessProbe || patience(livenessProbe) > patience(readinessProbe)) continue;
      const asks = ({ httpGet, tcpSocket, exec, grpc }: typeof livenessProbe) => JSON.stringify([httpGet?.path, httpGet?.port, tcpSocket?.port, exec?.command, grpc]);
      if (asks(livenessProbe) !== asks(readinessProbe)) continue;
      yield {
        object: template.object, field: `${path}.livenessProbe`,
        message: `it asks what the readiness probe asks, and restarts the container after ${patience(livenessProbe)} s; the readiness probe takes it out after ${patience(readinessProbe)} s`,
        fix: `remove it, or let it wait several times longer (failureThreshold: ${Math.ceil(3 * patience(readinessProbe) / (livenessProbe.periodSeconds ?? 10))})`,
      };
    }
  },
};
