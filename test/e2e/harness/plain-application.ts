/** A version of an application in plain YAML: a task before it, a process that changes with each version, and one that only this version has. All of it stops at once. */
export function plainApplication(version: number, { readyAfter = 0 }: { readonly readyAfter?: number } = {}): string {
  const labels = { 'twelve-factor.dev/app': 'shop' };
  const stop = 'trap exit TERM; while :; do sleep 0.2; done';
  const deployment = (name: string) => ({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels },
    spec: {
      replicas: 1, selector: { matchLabels: { process: name } },
      template: {
        metadata: { labels: { process: name } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{
            name: 'main', image: 'busybox:1.35', command: ['sh', '-c', `sleep ${readyAfter}; touch /tmp/ready; ${stop}`], env: [{ name: 'VERSION', value: String(version) }],
            readinessProbe: { exec: { command: ['test', '-e', '/tmp/ready'] }, periodSeconds: 1, timeoutSeconds: 10 },
          }],
        },
      },
    },
  });
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', labels }, data: { version: String(version) } },
    {
      apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', labels: { ...labels, 'twelve-factor.dev/release-task': 'true' } },
      spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.35', command: ['sh', '-c', `sleep 1; echo ${version}`] }] } } },
    },
    deployment('web'), deployment(`extra-${version}`),
  ];
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}
