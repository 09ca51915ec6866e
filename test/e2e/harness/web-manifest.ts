/** A small web server in a pod, as the cases need it: three lines of shell and a graceful stop. */
export function webManifest(options: {
  readonly name: string;
  readonly replicas?: number;
  readonly version?: string;
  readonly service?: 'NodePort' | 'ClusterIP';
  readonly container?: Readonly<Record<string, unknown>>;
}): string {
  const { name, replicas = 1, version = 'one', service, container = {} } = options;
  const labels = { app: name };
  const objects: unknown[] = [{
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
    spec: {
      replicas, selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 15,
          containers: [{
            name: 'web', image: 'nginx:1.22',
            command: ['sh', '-c', `echo ${version} > /usr/share/nginx/html/index.html; exec nginx -g 'daemon off;'`],
            ports: [{ name: 'http', containerPort: 80 }],
            readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1, timeoutSeconds: 5 },
            lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 1; nginx -s quit; sleep 2'] } } },
            ...container,
          }],
        },
      },
    },
  }];
  if (service) objects.push({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: service, selector: labels, ports: [{ port: 80, targetPort: 'http' }] } });
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}
