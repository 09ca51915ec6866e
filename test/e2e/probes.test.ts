import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority, issueCertificate } from '../../lib/cluster/pki/certificate-authority';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { conditionOf, configMap, PodCases, podOf, shell, statusOf } from './harness/pods';

/** Serves what a test puts under /tmp/www. */
const web = 'mkdir -p /tmp/www; exec httpd -f -p 8080 -h /tmp/www';

/**
 * grpc.health.v1.Health/Check from nginx: what it would answer with 404 becomes 200 with the bytes of a file (a frame that says SERVING or
 * NOT_SERVING) and the trailer grpc-status.
 */
const grpcServer = configMap('grpc-server', {
  'nginx.conf': `
    pid /tmp/nginx.pid; error_log /dev/stderr; events {}
    http {
      access_log off; default_type application/grpc; client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi; uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
      server { listen 9000 http2; root /etc/grpc; error_page 404 405 =200 /serving; add_trailer grpc-status 0; }
      server { listen 9001 http2; root /etc/grpc; error_page 404 405 =200 /not-serving; add_trailer grpc-status 0; }
    }`,
}, { binaryData: { 'serving': Buffer.from([0, 0, 0, 0, 2, 8, 1]).toString('base64'), 'not-serving': Buffer.from([0, 0, 0, 0, 2, 8, 2]).toString('base64') } });

/** Below the node ports, and the ports of Ingresses, of every runtime on this host. */
const HOST_PORT = 12_181;

/** What answers late on a busy machine has answered. */
const quick = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 10 };

describe.skipIf(!defaultKubectl)('probes', () => {
  const { kubectl } = useNamespace('probes');
  const pods = new PodCases(kubectl);

  beforeAll(() => pods.create(
    grpcServer,
    podOf('readiness', {
      containers: [
        shell('sleep 3600', { name: 'exec', readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, ...quick } }),
        shell(web, { name: 'http', ports: [{ name: 'web', containerPort: 8080 }], readinessProbe: { httpGet: { path: '/ready', port: 'web' }, ...quick } }),
        shell('while [ ! -e /tmp/ready ]; do sleep 0.1; done; exec nc -ll -p 7000 -e true', { name: 'tcp', readinessProbe: { tcpSocket: { port: 7000 }, ...quick } }),
      ],
    }),
    podOf('grpc', {
      volumes: [{ name: 'conf', configMap: { name: 'grpc-server' } }],
      containers: [
        { name: 'serving', image: 'nginx:1.22', command: ['nginx', '-c', '/etc/grpc/nginx.conf', '-g', 'daemon off;'], volumeMounts: [{ name: 'conf', mountPath: '/etc/grpc' }], readinessProbe: { grpc: { port: 9000 }, ...quick } },
        shell('sleep 3600', { name: 'not-serving', readinessProbe: { grpc: { port: 9001, service: 'shop' }, ...quick } }),
      ],
    }),
    podOf('liveness', {
      containers: [
        shell('sleep 3600', { name: 'exec', livenessProbe: { exec: { command: ['sh', '-c', 'echo not well; exit 1'] }, ...quick } }),
        shell(web, { name: 'http', livenessProbe: { httpGet: { path: '/nothing', port: 8080 }, ...quick } }),
        shell('sleep 3600', { name: 'tcp', livenessProbe: { tcpSocket: { port: 7001 }, ...quick } }),
        shell('sleep 3600', { name: 'slow', livenessProbe: { exec: { command: ['sleep', '20'] }, ...quick, timeoutSeconds: 1 } }),
      ],
    }),
    podOf('never', { restartPolicy: 'Never', containers: [shell('sleep 3600', { livenessProbe: { exec: { command: ['false'] }, ...quick } })] }),
    podOf('startup', {
      containers: [shell('sleep 3600', {
        startupProbe: { exec: { command: ['cat', '/tmp/started'] }, periodSeconds: 1, failureThreshold: 300, timeoutSeconds: 10 },
        livenessProbe: { exec: { command: ['cat', '/tmp/started'] }, ...quick },
        readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1, timeoutSeconds: 10 },
      })],
    }),
    podOf('startup-fails', { containers: [shell('sleep 3600', { startupProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 2 } })] }),
    podOf('thresholds', {
      containers: [shell('sleep 3600', { readinessProbe: { exec: { command: ['sh', '-c', 'test ! -e /tmp/sick; well=$?; echo x >> /tmp/asked; exit $well'] }, initialDelaySeconds: 3, periodSeconds: 1, timeoutSeconds: 10, successThreshold: 2, failureThreshold: 3 } })],
    }),
    podOf('grace', {
      terminationGracePeriodSeconds: 600,
      containers: [shell('trap "" TERM; while :; do sleep 1; done', { livenessProbe: { exec: { command: ['false'] }, ...quick, terminationGracePeriodSeconds: 1 } })],
    }),
    podOf('headers', {
      volumes: [{ name: 'conf', configMap: { name: 'header-server' } }],
      containers: [{
        image: 'nginx:1.22', command: ['nginx', '-c', '/etc/web/nginx.conf', '-g', 'daemon off;'], volumeMounts: [{ name: 'conf', mountPath: '/etc/web' }],
        readinessProbe: { httpGet: { path: '/with?query=1', port: 8080, httpHeaders: [{ name: 'X-Probe', value: 'mine' }, { name: 'Host', value: 'shop.example.com' }] }, ...quick },
      }],
    }),
    configMap('header-server', {
      'nginx.conf': 'pid /tmp/nginx.pid; events {} http { access_log /dev/stdout; error_log /dev/stderr; server { listen 8080; location /with { if ($http_x_probe != mine) { return 500; } if ($host != shop.example.com) { return 501; } if ($arg_query != 1) { return 502; } return 200 "$http_user_agent"; } } }',
    }),
  ));

  it('of type exec, httpGet and tcpSocket decide on readiness', async () => {
    explainFailure(kubectl);
    const pod = await pods.running('readiness');
    expect(conditionOf(pod, 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [exec http tcp]' });
    expect(conditionOf(pod, 'ContainersReady')).toMatchObject({ status: 'False', reason: 'ContainersNotReady' });
    await pods.event('readiness', 'Unhealthy', /^Readiness probe failed: cat: can't open '\/tmp\/ready': No such file or directory/);
    await pods.event('readiness', 'Unhealthy', /^Readiness probe failed: HTTP probe failed with statuscode: 404$/);
    await pods.event('readiness', 'Unhealthy', /^Readiness probe failed: dial tcp [\d.]+:7000: connect: connection refused$/);
    await pods.exec('readiness', 'touch /tmp/ready', 'exec');
    await pods.exec('readiness', 'touch /tmp/www/ready', 'http');
    await pods.exec('readiness', 'touch /tmp/ready', 'tcp');
    expect(conditionOf(await pods.ready('readiness'), 'ContainersReady')).toMatchObject({ status: 'True' });
    await pods.exec('readiness', 'rm /tmp/www/ready', 'http');
    const unready = await pods.until('readiness', 'is unready again', (candidate) => conditionOf(candidate, 'Ready')?.status === 'False');
    expect(conditionOf(unready, 'Ready')?.message).toBe('containers with unready status: [http]');
    expect(statusOf(unready, 'http')).toMatchObject({ ready: false, started: true, restartCount: 0 });
  });

  it('of type grpc ask the health service', async () => {
    explainFailure(kubectl);
    const pod = await pods.until('grpc', 'one of two is ready', (candidate) => statusOf(candidate, 'serving')?.ready);
    expect(statusOf(pod, 'not-serving')).toMatchObject({ ready: false });
    await pods.event('grpc', 'Unhealthy', 'Readiness probe failed: service unhealthy (responded with "NOT_SERVING")');
  });

  it('of liveness restart the container', async () => {
    explainFailure(kubectl);
    for (const [container, output] of [['exec', /^Liveness probe failed: not well\n/], ['http', /^Liveness probe failed: HTTP probe failed with statuscode: 404$/], ['tcp', /^Liveness probe failed: dial tcp [\d.]+:7001: connect: connection refused$/], ['slow', /^Liveness probe failed: command "sleep 20" timed out$/]] as const) {
      await pods.event('liveness', 'Unhealthy', output);
      await pods.event('liveness', 'Killing', `Container ${container} failed liveness probe, will be restarted`);
      const pod = await pods.until('liveness', `${container} was restarted`, (candidate) => (statusOf(candidate, container)?.restartCount ?? 0) > 0);
      expect(statusOf(pod, container)?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
    }
  });

  it('of liveness end a pod that is never restarted', async () => {
    const pod = await pods.ended('never');
    expect(pod.status).toMatchObject({ phase: 'Failed', containerStatuses: [{ restartCount: 0, state: { terminated: { exitCode: 137 } } }] });
    await pods.event('never', 'Killing', 'Stopping container c');
  });

  it('of startup hold back the others until they succeed', async () => {
    explainFailure(kubectl);
    expect(statusOf(await pods.running('startup'))).toMatchObject({ started: false, ready: false });
    await pods.event('startup', 'Unhealthy', 'Startup probe failed: cat: can\'t open \'/tmp/started\'');
    await pods.exec('startup', 'touch /tmp/started');
    expect(statusOf(await pods.ready('startup'))).toMatchObject({ started: true, restartCount: 0 });
    expect((await pods.events('startup')).filter(({ message }) => /^(Liveness|Readiness)/.test(message))).toEqual([]);
  });

  it('of startup restart a container that does not start', async () => {
    await pods.event('startup-fails', 'Killing', 'Container c failed startup probe, will be restarted');
    await pods.until('startup-fails', 'was restarted', (pod) => (statusOf(pod)?.restartCount ?? 0) > 0);
  });

  it('wait initialDelaySeconds and count to their thresholds', async () => {
    explainFailure(kubectl);
    const pod = await pods.ready('thresholds');
    const startedAt = Date.parse(statusOf(pod)?.state?.running?.startedAt ?? '');
    expect(Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '') - startedAt).toBeGreaterThanOrEqual(3_000);
    expect(Number(await pods.exec('thresholds', 'wc -l < /tmp/asked'))).toBeGreaterThanOrEqual(2);
    await pods.exec('thresholds', ': > /tmp/asked; touch /tmp/sick');
    await pods.until('thresholds', 'is unready', (candidate) => conditionOf(candidate, 'Ready')?.status === 'False');
    expect(Number(await pods.exec('thresholds', 'wc -l < /tmp/asked'))).toBeGreaterThanOrEqual(3);
  });

  it('have a grace period of their own', async () => {
    const pod = await pods.until('grace', 'was restarted', (candidate) => (statusOf(candidate)?.restartCount ?? 0) > 0);
    expect(statusOf(pod)?.lastState?.terminated?.exitCode).toBe(137);
    await kubectl('delete pod grace --now');
  });

  it('ask by HTTPS without verifying, and at another host', async () => {
    explainFailure(kubectl);
    const { cert, key } = await issueCertificate(await createCertificateAuthority('nobody trusts this', Date.now()), { commonName: 'somebody-else.example.com', hosts: ['somebody-else.example.com'], usage: 'server' }, Date.now());
    const server = `pid /tmp/nginx.pid; events {} http { access_log /dev/stdout; error_log /dev/stderr; ssl_certificate /etc/web/cert; ssl_certificate_key /etc/web/key;
      server { listen 8443 ssl; return 200 "over $https $ssl_protocol"; } server { listen 8080; return 302 http://192.0.2.200/; } server { listen 8081; location = / { return 302 /next; } location /next { return 200 ok; } } }`;
    const nginx = (readinessProbe: object, more: object = {}) => ({ image: 'nginx:1.22', command: ['nginx', '-c', '/etc/web/nginx.conf', '-g', 'daemon off;'], volumeMounts: [{ name: 'conf', mountPath: '/etc/web' }], readinessProbe: { ...readinessProbe, ...quick }, ...more });
    const volumes = [{ name: 'conf', configMap: { name: 'tls-server' } }];
    await pods.create(
      configMap('tls-server', { 'nginx.conf': server, cert, key }),
      podOf('https', { volumes, containers: [nginx({ httpGet: { scheme: 'HTTPS', port: 8443 } })] }),
      podOf('other-host', { volumes, containers: [nginx({ httpGet: { host: '127.0.0.1', port: HOST_PORT, path: '/next' } }, { ports: [{ containerPort: 8081, hostPort: HOST_PORT }], livenessProbe: { tcpSocket: { host: '127.0.0.1', port: HOST_PORT }, periodSeconds: 1, timeoutSeconds: 10 } })] }),
      podOf('redirects', { volumes, containers: [nginx({ httpGet: { port: 8081 } }), { readinessProbe: { httpGet: { port: 8080 }, ...quick } }] }),
    );
    await pods.ready('https');
    await pods.ready('other-host');
    await pods.ready('redirects');
    await pods.event('redirects', 'ProbeWarning', 'Readiness probe warning: Probe terminated redirects, Response body: ');
  });

  it('send the given headers, Host among them, and the query', async () => {
    await pods.ready('headers');
    await pods.logged('headers', /"GET \/with\?query=1 HTTP\/1\.1" 200 .* "kube-probe\/1\.\d+"/);
  });

  it.each([
    ['readiness successThreshold for liveness', { livenessProbe: { exec: { command: ['true'] }, successThreshold: 2 } }, 'livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ['two handlers', { readinessProbe: { exec: { command: ['true'] }, tcpSocket: { port: 1 } } }, 'may not specify more than 1 handler type'],
    ['terminationGracePeriodSeconds of readiness', { readinessProbe: { exec: { command: ['true'] }, terminationGracePeriodSeconds: 3 } }, 'readinessProbe.terminationGracePeriodSeconds: Invalid value: 3: must not be set for readinessProbes'],
  ])('refuse %s', async (_, container, message) => {
    expect(await pods.refusal(podOf('refused', { containers: [container] }))).toContain(message);
  });
});
