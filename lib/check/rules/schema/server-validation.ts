import type { Rule } from '../../rule';
import { isShape, tellProblems } from '../../schemas/tell-problems';

/** What a schema cannot say and the API server refuses all the same, found by the server's own rules. */
export const serverValidation: Rule = {
  id: 'server-validation',
  severity: 'error',
  summary: 'The API server refuses a value',
  why: 'The object is well formed, but the server refuses it when it is applied: a name that is not a DNS name, a selector that does not match its own template, a mount without its volume, a request above its limit. What was to be applied after it is then missing as well.',
  seeAlso: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
  ignorable: false,
  examples: {
    fails: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: Web_Server }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: wbe } }
    spec:
      containers:
        - name: web
          image: nginx:1.27.3
          ports: [{ name: the-first-http-port, containerPort: 80 }]
          volumeMounts: [{ name: cache, mountPath: /cache }]
`,
    passes: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-server }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: nginx:1.27.3
          ports: [{ name: http, containerPort: 80 }]
          volumeMounts: [{ name: cache, mountPath: /cache }]
      volumes:
        - { name: cache, emptyDir: {} }
`,
  },

  check: (objects) => tellProblems(objects, (problem) => !isShape(problem)),
};
