/** The objects of one application of a large cluster, the same for the same number: 16 kinds, as people write them, nothing in them that a cluster refuses. */
export function application(index: number): readonly object[] {
  const name = `${NAMES[index % NAMES.length]}-${index}`;
  const namespace = `team-${index % 40}`;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace, 'app.kubernetes.io/version': `1.${index % 30}.${index % 7}`, tier: index % 3 === 0 ? 'front' : 'back' };
  const matchLabels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'web' };
  const metadata = (suffix = '', more: object = {}) => ({ name: `${name}${suffix}`, namespace, labels, ...more });
  const db = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'db' };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(), automountServiceAccountToken: false },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('-settings'), data: settings(index) },
    { apiVersion: 'v1', kind: 'Secret', metadata: metadata('-credentials'), type: 'Opaque', data: { username: base64(`user-${index}`), password: base64(`secret-${index}-${'x'.repeat(24)}`) } },
    deployment(index, name, metadata('', { annotations: { 'example.com/owner': namespace, 'example.com/description': `The web process of ${name}: answers requests of browsers and of other teams` } }), matchLabels),
    { apiVersion: 'v1', kind: 'Service', metadata: metadata(), spec: { selector: matchLabels, ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }] } },
    {
      apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: metadata('', { annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '8m' } }),
      spec: {
        ingressClassName: 'nginx', tls: [{ hosts: [`${name}.example.com`], secretName: `${name}-tls` }],
        rules: [{ host: `${name}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] } }],
      },
    },
    {
      apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: metadata(),
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas: 2, maxReplicas: 4 + index % 9, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }] },
    },
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: metadata(), spec: { maxUnavailable: 1, selector: { matchLabels } } },
    {
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: metadata(),
      spec: {
        podSelector: { matchLabels: db }, policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels } }], ports: [{ protocol: 'TCP', port: 5432 }] }],
      },
    },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: metadata(), rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [`${name}-settings`], verbs: ['get', 'watch'] }] },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: metadata(), roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }, subjects: [{ kind: 'ServiceAccount', name, namespace }] },
    statefulSet(index, name, metadata('-db'), db),
    { apiVersion: 'v1', kind: 'Service', metadata: metadata('-db'), spec: { clusterIP: 'None', selector: db, ports: [{ name: 'sql', port: 5432, targetPort: 'sql' }] } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: metadata('-uploads'), spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: `${1 + index % 50}Gi` } } } },
    {
      apiVersion: 'batch/v1', kind: 'CronJob', metadata: metadata('-report'),
      spec: {
        schedule: `${index % 60} ${index % 24} * * *`, concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1, startingDeadlineSeconds: 600,
        jobTemplate: { spec: { backoffLimit: 2, template: { metadata: { labels: { ...labels, 'app.kubernetes.io/component': 'report' } }, spec: { ...pod(name), restartPolicy: 'Never', containers: [container(index, 'report', ['node', 'report.js'])] } } } },
      },
    },
    {
      apiVersion: 'batch/v1', kind: 'Job', metadata: metadata(`-migrate-${index % 30}`),
      spec: { backoffLimit: 3, ttlSecondsAfterFinished: 3600, template: { metadata: { labels: { ...labels, 'app.kubernetes.io/component': 'migrate' } }, spec: { ...pod(name), restartPolicy: 'OnFailure', containers: [container(index, 'migrate', ['node', 'migrate.js'])] } } },
    },
  ];
}

const NAMES = ['shop', 'cart', 'search', 'billing', 'mailer', 'catalogue', 'accounts', 'reviews', 'shipping', 'images', 'reports'];

const base64 = (text: string) => Buffer.from(text).toString('base64');

function settings(index: number): Record<string, string> {
  const server = Array.from({ length: 12 + index % 20 }, (_, line) => `location /part-${line} {\n  proxy_pass http://backend-${(index + line) % 17}:8080;\n  proxy_read_timeout ${line + 5}s;\n}`).join('\n');
  return { LOG_LEVEL: index % 2 ? 'info' : 'debug', MAIL_FROM: `shop-${index}@example.com`, WORKERS: String(index % 8), FEATURES: 'search,reviews,images', 'server.conf': `${server}\n`, 'empty.conf': '' };
}

const pod = (name: string) => ({
  serviceAccountName: name, automountServiceAccountToken: false, enableServiceLinks: false, securityContext: { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
});

function container(index: number, name: string, command: readonly string[]) {
  return {
    name, image: `registry.example.com/team-${index % 40}/${name}:1.${index % 30}.${index % 7}`, command,
    env: [
      { name: 'LOG_LEVEL', valueFrom: { configMapKeyRef: { name: `${NAMES[index % NAMES.length]}-${index}-settings`, key: 'LOG_LEVEL' } } },
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: `${NAMES[index % NAMES.length]}-${index}-credentials`, key: 'password' } } },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ...Array.from({ length: index % 9 }, (_, variable) => ({ name: `OPTION_${variable}`, value: `value ${variable} of ${index}` })),
    ],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  };
}

function deployment(index: number, name: string, metadata: object, matchLabels: Readonly<Record<string, string>>) {
  const probe = (path: string) => ({ httpGet: { path, port: 'http' }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 });
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata,
    spec: {
      revisionHistoryLimit: 5, selector: { matchLabels }, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: matchLabels },
        spec: {
          ...pod(name), terminationGracePeriodSeconds: 45,
          topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } }],
          containers: [{
            ...container(index, 'web', ['node', 'server.js']), ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: probe('/ready'), livenessProbe: { ...probe('/alive'), initialDelaySeconds: 20 },
            lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 5'] } } },
            volumeMounts: [{ name: 'settings', mountPath: '/etc/web', readOnly: true }, { name: 'tmp', mountPath: '/tmp' }],
          }],
          volumes: [{ name: 'settings', configMap: { name: `${name}-settings` } }, { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
        },
      },
    },
  };
}

function statefulSet(index: number, name: string, metadata: object, labels: Readonly<Record<string, string>>) {
  return {
    apiVersion: 'apps/v1', kind: 'StatefulSet', metadata,
    spec: {
      serviceName: `${name}-db`, replicas: 1, selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...pod(name), terminationGracePeriodSeconds: 60,
          containers: [{
            ...container(index, 'db', ['postgres']), ports: [{ name: 'sql', containerPort: 5432 }],
            readinessProbe: { exec: { command: ['pg_isready', '-U', 'postgres'] }, periodSeconds: 10 },
            volumeMounts: [{ name: 'data', mountPath: '/var/lib/postgresql/data' }, { name: 'run', mountPath: '/run' }],
          }],
          volumes: [{ name: 'run', emptyDir: {} }],
        },
      },
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } } }],
    },
  };
}
