import { describe, expect, it } from 'vitest';
import { commandsIn, countBackground } from '../../../lib/check/shell';
import { documents, found } from './read';

const pod = (container: string, more = '') => `{ apiVersion: v1, kind: Pod, metadata: { name: web }, spec: { containers: [{ name: web, image: 'shop:1', ${container} }]${more} } }`;
const deployment = (container: string, more = '', spec = '') => `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { ${spec} template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: 'shop:1', ${container} }]${more} } } } }`;
const variable = (name: string, value: string) => pod(`env: [{ name: ${name}, value: ${JSON.stringify(value)} }]`);
const script = (text: string) => deployment(`command: [sh, -c, ${JSON.stringify(text)}]`);

describe('credentials', () => {
  it.each([
    ['AWS_ID', 'AKIAIOSFODNN7EXAMPLE', 1], ['DATABASE_URL', 'postgres://shop:hunter2@db/shop', 1], ['DATABASE_URL', 'postgres://shop@db/shop', 0],
    ['DB_PASSWORD_FILE', '/run/secrets/db', 0], ['MYSQL_RANDOM_ROOT_PASSWORD', '1', 0], ['DB_PASSWORD', '$(OTHER)', 0],
  ])('%s with the value %s has %i findings', (name, value, count) => {
    expect(found('literal-credentials', variable(name, value))).toHaveLength(count);
  });

  it.each([
    ["['--password=hunter2']", 1], ["['--password', hunter2]", 1], ["['--password', '--verbose']", 0], ["['--password=$(DB_PASSWORD)']", 0], ["['--password-file=/run/secrets/db']", 0],
    ["['--db=postgres://shop:hunter2@db/shop']", 1], ["['--token-ttl=3600']", 0],
  ])('in the arguments %s have %i findings', (args, count) => {
    expect(found('literal-credentials', pod(`args: ${args}`))).toHaveLength(count);
  });

  it('in a Secret are written down unless apply fills them in', () => {
    const secret = (more: string) => `{ apiVersion: v1, kind: Secret, metadata: { name: db }${more} }`;
    expect(found('literal-secret', secret(', stringData: { password: x, user: shop }'))).toEqual([
      'Secret/db stringData: password is written down → let twelve apply fill it in (annotation twelve-factor.dev/secret-values, or the construct Secrets), or use a SealedSecret or ExternalSecret',
    ]);
    expect(found('literal-secret', secret(', data: { ca.crt: eA== }'))).toEqual([]);
    expect(found('literal-secret', secret(', type: kubernetes.io/service-account-token, data: { token: eA== }'))).toEqual([]);
  });
});

describe('backing services', () => {
  it.each([
    ['DB_HOST', '10.0.0.5', 1], ['DB_HOST', 'db', 0], ['REDIS_URL', 'redis://:x@10.0.0.5:6379/0', 1], ['SPRING_DATASOURCE_URL', 'jdbc:mysql://10.0.0.5:3306/shop', 1],
    ['POD_CIDR', '10.0.0.0/8', 0], ['BIND_ADDRESS', '10.0.0.5', 0], ['DNS_SERVER', '10.0.0.10', 0], ['APP_VERSION', '1.2.3.4', 0],
  ])('%s=%s has %i findings', (name, value, count) => {
    expect(found('backing-service-address', variable(name, value))).toHaveLength(count);
  });

  it.each([['REDIS_URL', 'redis://localhost:6379', 1], ['DB_HOST', '127.0.0.1', 1], ['DB_HOST', 'localhost.example.com', 0], ['HTTP_HOST', 'localhost', 0], ['DB_LISTEN_HOST', '127.0.0.1', 0]])('%s=%s in a pod with one container has %i findings', (name, value, count) => {
    expect(found('backing-service-localhost', variable(name, value))).toHaveLength(count);
  });

  it('may be beside the program, or on its host', () => {
    expect(found('backing-service-localhost', pod('env: [{ name: DB_HOST, value: localhost }]', ', hostNetwork: true'))).toEqual([]);
    expect(found('backing-service-localhost', pod('env: [{ name: DB_HOST, value: localhost }]', ", initContainers: [{ name: proxy, image: 'sql-proxy:1', restartPolicy: Always }]"))).toEqual([]);
  });
});

describe('shell scripts', () => {
  it('are taken apart outside of quotes, comments and redirections', () => {
    expect(commandsIn('cd "/a & b" && run 2>&1 | tee x; echo \'a;b\' # c & d')).toEqual(['cd TEXT', 'run', 'tee x', 'echo TEXT']);
    expect(countBackground('a && b 2>&1 &>x; c & d')).toBe(1);
  });

  it.each([
    ['node server.js', 0], ['cd /app && node server.js', 1], ['cd /app && exec node server.js', 0], ['if [ -f x ]; then exec a; else exec b; fi', 0],
    ["trap 'exit 0' TERM; while true; do sleep 1; done", 0], ['while true; do work; sleep 5; done', 1], ['exec 2>/dev/null; node server.js', 1],
  ])('%s keeps signals from the program: %i findings', (text, count) => {
    expect(found('shell-signals', script(text))).toHaveLength(count);
  });

  it.each([['a & exec b', 1], ['a && exec b', 0], ["trap 'kill $!' TERM; a & wait", 0], ['a & b & wait', 1], ['a & first=$!; b & second=$!; wait $first $second', 0], ['exec supervisord -n', 1], ['run > log 2>&1', 0]])('%s runs several processes: %i findings', (text, count) => {
    expect(found('several-processes', script(text))).toHaveLength(count);
  });

  it.each([['sleep infinity', 1], ['tail -f /dev/null', 1], ['while true; do sleep 30; done', 1], ["trap 'exit 0' TERM; while true; do sleep 1; done", 1], ['while true; do report; sleep 60; done', 0], ['sleep 5', 0]])('%s does nothing: %i findings', (text, count) => {
    expect(found('idle-process', script(text))).toHaveLength(count);
  });

  it('that only waits is right beside something that works, and in a Job', () => {
    expect(found('idle-process', deployment('command: [sleep, infinity]'))).toHaveLength(1);
    expect(found('idle-process', deployment('command: [sleep, infinity]').replace("image: 'shop:1', command: [sleep, infinity] }", "image: 'shop:1', command: [sleep, infinity] }, { name: b, image: 'b:1' }"))).toEqual([]);
    expect(found('idle-process', pod('command: [sleep, infinity]'))).toEqual([]);
  });
});

describe('state', () => {
  const claim = (mode: string) => `{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: data }, spec: { accessModes: [${mode}] } }`;
  const volume = ', volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]';
  const service = (type: string) => `{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { type: ${type}, selector: { app: web } } }`;

  it.each([
    ['replicas: 2, strategy: { type: Recreate },', 'ReadWriteOnce', 1], ['', 'ReadWriteOnce', 1], ['strategy: { type: Recreate },', 'ReadWriteOnce', 0], ['replicas: 3,', 'ReadWriteMany', 0],
    ['strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },', 'ReadWriteOncePod', 0], ['replicas: 0,', 'ReadWriteOnce', 0],
  ])('with %s and a claim %s is shared: %i findings', (spec, mode, count) => {
    expect(found('shared-claim', documents(claim(mode), deployment('', volume, spec)))).toHaveLength(count);
  });

  it('in a process that requests from outside reach is found, and in a database behind it is not', () => {
    expect(found('state-in-web', documents(claim('ReadWriteOnce'), deployment('', volume), service('LoadBalancer')))).toHaveLength(1);
    expect(found('state-in-web', documents(claim('ReadWriteOnce'), deployment('', volume), service('ClusterIP')))).toEqual([]);
    const ingress = '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web }, spec: { defaultBackend: { service: { name: web } } } }';
    expect(found('state-in-web', documents(claim('ReadWriteOnce'), deployment('', volume), service('ClusterIP'), ingress))).toHaveLength(1);
  });

  it('of sessions has its reason', () => {
    const sticky = (annotations: string) => `{ apiVersion: v1, kind: Service, metadata: { name: web, annotations: { ${annotations} } }, spec: { sessionAffinity: ClientIP } }`;
    expect(found('sticky-sessions', sticky(''))).toHaveLength(1);
    expect(found('sticky-sessions', sticky('twelve-factor.dev/sticky-sessions-reason: uploads in parts'))).toEqual([]);
    expect(found('sticky-sessions', '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web, annotations: { nginx.ingress.kubernetes.io/affinity: cookie } } }')).toHaveLength(1);
  });
});

describe('logs', () => {
  const mounted = (path: string, volume = 'emptyDir: {}', more = '') => pod(`volumeMounts: [{ name: logs, mountPath: ${path}${more} }]`, `, volumes: [{ name: logs, ${volume} }]`);

  it.each([['/var/log/nginx', 1], ['/app/logs', 1], ['/app/login', 0], ['/var/lib/log-db', 0]])('in a volume at %s have %i findings', (path, count) => {
    expect(found('log-file', mounted(path))).toHaveLength(count);
  });

  it('of the node are a collector\'s business', () => {
    expect(found('log-file', mounted('/var/log', 'hostPath: { path: /var/log }'))).toEqual([]);
    expect(found('log-file', mounted('/var/log', 'emptyDir: {}', ', readOnly: true'))).toEqual([]);
    expect(found('log-file', mounted('/var/log/x', 'emptyDir: {}').replace('volumeMounts:', 'securityContext: { readOnlyRootFilesystem: true }, volumeMounts:'))).toEqual([]);
    expect(found('log-file', mounted('/var/log/x', 'emptyDir: {}'))).toHaveLength(1);
  });

  it.each([['LOG_FILE', '/app/app.log', 1], ['LOG_FILE', '/dev/stdout', 0], ['LOG_FILE', '-', 0], ['LOG_LEVEL', '/x', 0]])('in the file of %s=%s have %i findings', (name, value, count) => {
    expect(found('log-file', variable(name, value))).toHaveLength(count);
  });

  it('in the file of an option are found', () => {
    expect(found('log-file', pod('command: [server, --log-file, /app/x.log]'))).toHaveLength(1);
    expect(found('log-file', pod('args: ["--access-logfile=-"]'))).toEqual([]);
  });
});

describe('settings', () => {
  it.each([['shop-prod', 'development', 1], ['production', 'debug', 1], ['shop', 'development', 0], ['shop-prod', 'production', 0], ['products', 'development', 0]])('in namespace %s, NODE_ENV=%s has %i findings', (namespace, value, count) => {
    expect(found('environment-name', variable('NODE_ENV', value).replace('name: web }', `name: web, namespace: ${namespace} }`))).toHaveLength(count);
  });

  it('are made from variables above them', () => {
    const two = (value: string, more = '') => pod(`env: [{ name: A, value: ${value} }, { name: B, value: b }]${more}`);
    expect(found('variable-order', two("'x$(B)'"))).toHaveLength(1);
    expect(found('variable-order', two("'x$$(B)'"))).toEqual([]);
    expect(found('variable-order', two("'x$(C)'"))).toEqual([]);
    expect(found('variable-order', two("'x$(B)'", ', envFrom: [{ configMapRef: { name: b } }]'))).toEqual([]);
  });

  it.each([['registry:5000/shop', 0], ['shop:main', 1], ['shop:stable-1.2', 0], ['nginx:stable', 1], ['shop:main@sha256:abc', 0]])('of the image %s have %i findings', (image, count) => {
    expect(found('moving-tag', pod('').replace('shop:1', image))).toHaveLength(count);
  });
});
