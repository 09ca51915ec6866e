import { describe, expect, it } from 'vitest';
import { documents, found } from './read';

const pod = (container: string, spec = '', metadata = '') => `{ apiVersion: v1, kind: Pod, metadata: { name: web${metadata} }, spec: { containers: [{ name: web, image: 'shop:1', ${container} }]${spec} } }`;
const service = (spec = '') => `{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web }, ports: [{ port: 80 }]${spec} } }`;
const deployment = (spec = '', podSpec = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web, tier: front } }, spec: { containers: [{ name: web, image: 'shop:1' }]${podSpec} } }${spec} }`;
const autoscaler = (spec: string) => `{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web }, spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 5${spec} } }`;
const budget = (selector: string) => `{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web }, spec: { maxUnavailable: 1, selector: ${selector} } }`;
const fields = (id: string, yaml: string) => found(id, yaml).map((text) => text.split(':')[0]);

describe('what a container needs', () => {
  it('is known from its limits, and from a LimitRange of its namespace', () => {
    expect(found('resource-requests', pod('resources: { limits: { cpu: 1, memory: 1Gi } }'))).toEqual([]);
    const range = '{ apiVersion: v1, kind: LimitRange, metadata: { name: defaults }, spec: { limits: [{ type: Container, defaultRequest: { cpu: 50m }, default: { memory: 64Mi } }] } }';
    expect(found('resource-requests', documents(pod(''), range))).toEqual([]);
    expect(found('resource-requests', documents(pod('', '', ', namespace: other'), range))).toHaveLength(1);
  });

  it('is named where it is missing', () => {
    expect(found('resource-requests', pod('resources: { requests: { memory: 1Gi } }'))).toEqual(['Pod/web spec.containers[0].resources: container web requests no cpu → set resources.requests.cpu to what it uses in a quiet hour']);
  });

  it('is not asked of init containers, except of sidecars', () => {
    const spec = (more: string) => pod('resources: { requests: { cpu: 1, memory: 1Gi } }', `, initContainers: [{ name: wait, image: 'shop:1'${more} }]`);
    expect(found('resource-requests', spec(''))).toEqual([]);
    expect(fields('resource-requests', spec(', restartPolicy: Always'))).toEqual(['Pod/web spec.initContainers[0].resources']);
  });

  it('may be without any limit, but not half limited', () => {
    expect(found('memory-unbounded', pod('resources: { requests: { memory: 1Gi } }'))).toEqual([]);
    const sidecar = ', initContainers: [{ name: logs, image: \'shop:1\', restartPolicy: Always, resources: { limits: { memory: 32Mi } } }]';
    expect(found('memory-unbounded', pod('', sidecar))[0]).toContain('container logs has a limit for memory, and container web none for memory');
  });

  it('is not half a byte or five hundred cores', () => {
    expect(found('quantity-unit', pod('resources: { requests: { memory: 512m, cpu: 250 } }')).map((text) => text.split(': ')[1])).toEqual(['512m is 0.512 bytes → write 512Mi for mebibytes', '250 is 250 cores → write 250m for thousandths of a core']);
    expect(found('quantity-unit', pod('resources: { requests: { memory: 4Mi, cpu: 64 }, limits: { memory: 1e9 } }'))).toEqual([]);
  });
});

describe('probes', () => {
  const probed = (readiness: string, liveness: string) => pod(`readinessProbe: ${readiness}, livenessProbe: ${liveness}`);

  it('one readiness probe is enough for a pod, and a Job needs none', () => {
    const other = ', { name: proxy, image: \'proxy:1\', readinessProbe: { tcpSocket: { port: 1 } } }';
    expect(found('readiness-probe', documents(service(), deployment().replace('}]', `}${other}]`)))).toEqual([]);
    const job = '{ apiVersion: batch/v1, kind: Job, metadata: { name: web }, spec: { template: { metadata: { labels: { app: web } }, spec: { restartPolicy: Never, containers: [{ name: web, image: \'shop:1\' }] } } } }';
    expect(found('readiness-probe', documents(service(), job))).toEqual([]);
    expect(found('readiness-probe', deployment())).toEqual([]);
  });

  it('are not alike when they ask different things, or the liveness probe waits longer', () => {
    expect(found('probes-identical', probed('{ exec: { command: [a] } }', '{ exec: { command: [a] } }'))).toHaveLength(1);
    expect(found('probes-identical', probed('{ exec: { command: [a] } }', '{ exec: { command: [b] } }'))).toEqual([]);
    expect(found('probes-identical', probed('{ httpGet: { path: /, port: 80 } }', '{ httpGet: { path: /live, port: 80 } }'))).toEqual([]);
    expect(found('probes-identical', probed('{ tcpSocket: { port: 80 } }', '{ tcpSocket: { port: 80 }, failureThreshold: 9 }'))).toEqual([]);
  });

  it('give a process the default half minute to start, and what it needs by delay', () => {
    expect(found('startup-budget', pod('livenessProbe: { tcpSocket: { port: 80 } }'))).toEqual([]);
    expect(found('startup-budget', pod('livenessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 1, initialDelaySeconds: 60 }'))).toEqual([]);
    expect(found('startup-budget', pod('livenessProbe: { tcpSocket: { port: 80 }, periodSeconds: 3 }'))[0]).toContain('more than 9 s');
  });

  it('name ports of their own container; so do hooks', () => {
    expect(fields('probe-port', pod('ports: [{ name: http, containerPort: 80 }], startupProbe: { tcpSocket: { port: web } }, lifecycle: { preStop: { httpGet: { path: /stop, port: admin } } }'))).toEqual([
      'Pod/web spec.containers[0].startupProbe.tcpSocket.port', 'Pod/web spec.containers[0].lifecycle.preStop.httpGet.port',
    ]);
    expect(found('probe-port', pod('livenessProbe: { tcpSocket: { port: 80 } }'))).toEqual([]);
  });

  it('may go to a port that is not listed where none is', () => {
    expect(found('probe-port-unlisted', pod('livenessProbe: { tcpSocket: { port: 81 } }'))).toEqual([]);
    expect(found('probe-port-unlisted', pod('ports: [{ containerPort: 80 }], livenessProbe: { tcpSocket: { port: 81 } }'))).toHaveLength(1);
  });
});

describe('copies', () => {
  const ingress = '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: shop }, spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] } }';

  it('are to be counted where an Ingress or a LoadBalancer brings requests', () => {
    expect(fields('replicas-unset', documents(deployment(), service(), ingress))).toEqual(['Deployment/web spec.replicas']);
    expect(fields('replicas-unset', documents(deployment(), service(', type: NodePort')))).toEqual(['Deployment/web spec.replicas']);
    expect(found('replicas-unset', documents(deployment(), service()))).toEqual([]);
    expect(found('replicas-unset', documents(deployment(', replicas: 1'), service(), ingress))).toEqual([]);
  });

  it('are counted by the autoscaler where there is one', () => {
    expect(fields('replicas-unset', documents(deployment(', replicas: 3'), service(), ingress, autoscaler('')))).toEqual(['HorizontalPodAutoscaler/web spec.minReplicas']);
    expect(found('replicas-unset', documents(deployment(), service(), ingress, autoscaler(', minReplicas: 1')))).toEqual([]);
  });

  it('have a budget that selects them', () => {
    const two = documents(deployment(', replicas: 2'), service());
    expect(found('disruption-budget', two)).toEqual(['Deployment/web spec: Service web sends to 2 copies, and no PodDisruptionBudget keeps one of them → add a PodDisruptionBudget with maxUnavailable: 1 and the selector app=web']);
    for (const selector of ['{ matchLabels: { tier: front } }', '{ matchExpressions: [{ key: app, operator: In, values: [web] }] }', '{}']) expect(found('disruption-budget', documents(two, budget(selector)))).toEqual([]);
    expect(found('disruption-budget', documents(two, budget('{ matchLabels: { app: web, tier: back } }')))).toHaveLength(1);
    expect(found('disruption-budget', documents(deployment(', replicas: 1'), service()))).toEqual([]);
    expect(found('disruption-budget', documents(deployment(), service(), autoscaler(', minReplicas: 2')))).toHaveLength(1);
  });

  it('are all ended at once only where one thing is for one of them', () => {
    const recreate = ', strategy: { type: Recreate }';
    expect(found('recreate-strategy', documents(deployment(recreate), service()))).toHaveLength(1);
    expect(found('recreate-strategy', deployment(recreate))).toEqual([]);
    expect(found('recreate-strategy', documents(deployment(recreate, ', volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]'), service()))).toEqual([]);
  });

  it('are spread and drawn together by labels that pods have', () => {
    const away = (labels: string, more = '') => deployment('', `, affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: ${labels} }${more} }] } }`);
    expect(found('spreading-selector', away('{ app: web }'))).toEqual([]);
    expect(fields('spreading-selector', away('{ app: db }'))).toEqual(['Deployment/web spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector']);
    expect(found('spreading-selector', documents(away('{ app: db }'), pod('', '', ', labels: { app: db }')))).toEqual([]);
    expect(found('spreading-selector', away('{ app: db }', ', namespaces: [data]'))).toEqual([]);
  });
});

describe('fields that mislead', () => {
  it('a variable set three times is found twice', () => {
    expect(found('duplicate-variable', pod('env: [{ name: A, value: x }, { name: B, value: x }, { name: A, value: y }, { name: A, value: z }]'))).toHaveLength(2);
  });

  it('the old name of the service account is nothing when the new one says the same', () => {
    expect(found('deprecated-service-account', pod('', ', serviceAccount: a, serviceAccountName: a'))).toEqual([]);
    expect(found('deprecated-service-account', pod('', ', serviceAccount: a, serviceAccountName: b'))[0]).toContain('it says a, and serviceAccountName, which wins, says b');
  });
});

describe('CronJobs', () => {
  const cronJob = (spec: string, job = '') => `{ apiVersion: batch/v1, kind: CronJob, metadata: { name: report }, spec: { schedule: '* * * * *'${spec}, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: report, image: 'shop:1' }] } }${job} } } } }`;

  it('may overlap when that is written, or when each run has an end', () => {
    expect(found('cron-job-overlap', cronJob(''))).toHaveLength(1);
    expect(found('cron-job-overlap', cronJob(', concurrencyPolicy: Allow'))).toEqual([]);
    expect(found('cron-job-overlap', cronJob('', ', activeDeadlineSeconds: 60'))).toEqual([]);
  });

  it('may be as late as they like', () => {
    expect(found('cron-job-late-start', cronJob(''))).toEqual([]);
    expect(found('cron-job-late-start', cronJob(', startingDeadlineSeconds: 0'))).toHaveLength(1);
  });

  it('keep their last runs by number', () => {
    expect(fields('cron-job-history', cronJob('', ', ttlSecondsAfterFinished: 0'))).toEqual(['CronJob/report spec.jobTemplate.spec.ttlSecondsAfterFinished']);
  });
});
