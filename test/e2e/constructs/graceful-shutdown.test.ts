import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';
import { startLoad } from '../harness/http-load';

/** `/` answers at once, `/slow` after two seconds. */
const FILES = {
  'server.js': `const http = require('node:http');
const server = http.createServer((request, response) => setTimeout(() => response.end('ok'), request.url === '/slow' ? 2000 : 0)).listen(8080);
process.on('SIGTERM', () => server.close());
`,
  'shop.py': `import time
def application(environ, start_response):
    if environ['PATH_INFO'] == '/slow': time.sleep(2)
    start_response('200 OK', [('Content-Type', 'text/plain'), ('Content-Length', '2')])
    return [b'ok']
`,
  'puma.rb': `bind 'tcp://0.0.0.0:8080'
workers 1
worker_shutdown_timeout 10
app { |env| sleep 2 if env['PATH_INFO'] == '/slow'; [200, { 'Content-Length' => '2' }, ['ok']] }
`,
  'slow.php': `<?php touch('/tmp/busy'); sleep(6); echo "done";`,
};

const PROGRAM = `
import { Duration, Files, GracefulShutdown, Health, Image, Scale, TwelveFactorApp, Web } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
const files = Files.folder(app, 'files', '/app', ${JSON.stringify(FILES)});
const times = { longestRequest: Duration.seconds(10), settle: Duration.seconds(2) };
const servers = Image.reference('twelve-factor/servers:1');
const common = { attach: [files], scale: Scale.fixed(2), health: Health.tcp({ interval: Duration.seconds(1) }) };
const webs = [
  new Web(app, 'apache', { ...common, image: Image.reference('httpd:2.4.43'), port: 80, shutdown: GracefulShutdown.apache(times) }),
  new Web(app, 'nginx', { ...common, image: Image.reference('nginx:1.22'), port: 80, shutdown: GracefulShutdown.nginx(times) }),
  new Web(app, 'node', { ...common, image: servers, port: 8080, command: ['node', '/app/server.js'], shutdown: GracefulShutdown.node(times) }),
  new Web(app, 'gunicorn', { ...common, image: servers, port: 8080, command: ['gunicorn', '--chdir', '/app', '--bind', '0.0.0.0:8080', '--threads', '4', 'shop'], shutdown: GracefulShutdown.gunicorn(times) }),
  new Web(app, 'puma', { ...common, image: servers, port: 8080, command: ['puma', '-C', '/app/puma.rb'], shutdown: GracefulShutdown.puma({ ...times, workerShutdownTimeout: Duration.seconds(10) }) }),
];
for (const web of webs) web.expose({ type: 'NodePort' });
new Web(app, 'php', { ...common, scale: Scale.fixed(1), image: servers, port: 9000, command: ['php-fpm', '-F', '-y', '/usr/local/etc/php-fpm.conf'], shutdown: GracefulShutdown.phpFpm(times) });
app.synth();
`;

const SLOW = ['node', 'gunicorn', 'puma'];
const ALL = ['apache', 'nginx', ...SLOW];

describe.skipIf(!defaultKubectl)('GracefulShutdown (skipped without kubectl)', () => {
  const { kubectl, twelve, write } = useApplication('graceful-shutdown');
  const addressOf = async (name: string) => `http://127.0.0.1:${await kubectl(`get service shop-${name} -o jsonpath={.spec.ports[0].nodePort}`)}/`;

  beforeAll(async () => {
    write('main.ts', PROGRAM);
    await twelve(['apply']);
  });

  it('loses no request of any server in a rolling restart, short or long', async () => {
    explainFailure(kubectl);
    const addresses = await Promise.all([...ALL.map(async (name) => [name, await addressOf(name)] as const), ...SLOW.map(async (name) => [`${name}, slow`, `${await addressOf(name)}slow`] as const)]);
    for (const [, address] of addresses) await eventually(`${address} answers`, async () => (await fetch(address)).ok);
    const loads = addresses.map(([name, address]) => ({ name, load: startLoad(address, name.endsWith('slow') ? 2 : 1) }));
    await kubectl(['rollout', 'restart', ...ALL.map((name) => `deployment/shop-${name}`)]);
    for (const name of ALL) await kubectl(`rollout status deployment/shop-${name} --timeout=180s`);
    await eventually('only the new pods are left', async () => (await kubectl('get pods -o name')).trim().split('\n').length === 2 * ALL.length + 1);
    const results = await Promise.all(loads.map(async ({ name, load }) => ({ name, ...(await load.stop()) })));
    expect(results.filter(({ failures }) => failures.length > 0)).toEqual([]);
    expect(results.filter(({ requests }) => requests < 5)).toEqual([]);
  });

  it('lets PHP-FPM finish the request in hand', async () => {
    explainFailure(kubectl);
    const pod = (await kubectl('get pods -l app.kubernetes.io/component=php -o jsonpath={.items[0].metadata.name}')).trim();
    const address = (await kubectl(`get pod ${pod} -o jsonpath={.status.podIP}`)).trim();
    const request = 'SCRIPT_FILENAME=/app/slow.php REQUEST_METHOD=GET cgi-fcgi -bind -connect';
    // Begun shortly before the pod is told to end, so that the signal comes in the middle of it.
    const answer = kubectl(['exec', 'deployment/shop-node', '--', 'sh', '-c', `${request} ${address}:9000`]);
    await eventually('a worker is busy', async () => (await kubectl.try(['exec', pod, '--', 'test', '-e', '/tmp/busy'])).code === 0);
    await kubectl(['delete', 'pod', pod, '--wait=true', '--timeout=180s']);
    expect(await answer).toContain('done');
  });

  it('gives every server its own settings', async () => {
    const inPod = (name: string, script: string) => kubectl(['exec', `deployment/shop-${name}`, '--', 'sh', '-c', script]);
    expect(await inPod('gunicorn', 'echo $GUNICORN_CMD_ARGS')).toBe('--graceful-timeout 10\n');
    await kubectl('rollout status deployment/shop-php --timeout=180s'); // the pod of the case before was deleted
    expect(await inPod('php', 'php-fpm -y /usr/local/etc/php-fpm.conf -tt 2>&1')).toMatch(/process_control_timeout = 10/);
  });
});
