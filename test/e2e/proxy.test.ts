import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { PERL_IMAGE } from './harness/sockets';

/** Answers with the method, the path and the body that it was asked with; redirects /away. */
const ECHO = String.raw`
use IO::Socket::INET; my $listen = IO::Socket::INET->new(LocalPort => 8080, Listen => 9, ReuseAddr => 1) or die $!;
while (my $client = $listen->accept) { my ($first, $length, $auth) = (scalar <$client>, 0, "");
  while (my $line = <$client>) { last if $line =~ /^\r?\n/; $length = $1 if $line =~ /^content-length: (\d+)/i; $auth = " authorization" if $line =~ /^authorization/i }
  read $client, my $body, $length; my ($method, $path) = split " ", $first;
  if ($path eq "/away") { print $client "HTTP/1.1 302 Found\r\nLocation: /here?x=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" }
  else { my $text = "$method $path [$body]$auth\n"; print $client "HTTP/1.1 " . ($path =~ /teapot/ ? "418 Teapot" : "200 OK") . "\r\nContent-Type: text/plain\r\nContent-Length: " . length($text) . "\r\nConnection: close\r\n\r\n$text" }
  close $client }`;

describe.skipIf(!defaultKubectl)('pods/proxy and services/proxy (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('proxy');
  const raw = (path: string) => kubectl(['get', '--raw', `/api/v1/namespaces/${namespace}/${path}`]);

  beforeAll(async () => {
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'echo', labels: { app: 'echo' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'echo', image: PERL_IMAGE, command: ['perl', '-e', ECHO], ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }] } },
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'echo' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'idle' }, spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } },
    ] }) });
    await kubectl('wait --for=condition=Ready pod/echo --timeout=180s');
    await eventually('the Service has its endpoint', async () => (await kubectl('get endpoints web -o jsonpath={.subsets[0].addresses[0].ip}')) !== '');
  });

  it('hand a request on to the pod, by pod and by Service, number and name, with path and query', async () => {
    explainFailure(kubectl);
    expect(await raw('pods/echo/proxy/a/b?x=1')).toBe('GET /a/b?x=1 []\n');
    expect(await raw('pods/http:echo:8080/proxy/')).toBe('GET / []\n');
    expect(await raw('services/http:web:80/proxy/a%20b')).toBe('GET /a%20b []\n');
    expect(await raw('services/web:http/proxy/deep/path/')).toBe('GET /deep/path/ []\n');
  });

  it('hand on a body', async () => {
    const path = `/api/v1/namespaces/${namespace}/services/web:80/proxy/form`;
    expect(await kubectl(['create', '--raw', path, '-f', '-'], { input: 'name=value' })).toBe('POST /form [name=value]\n');
  });

  it('pass the answer of the program, its failures too', async () => {
    expect((await kubectl.try(['get', '--raw', `/api/v1/namespaces/${namespace}/services/web:80/proxy/teapot`])).code).not.toBe(0);
    expect(await raw('services/web:80/proxy/away')).toBe('GET /here?x=1 []\n'); // followed within the proxy
  });

  it('refuse what nobody serves, with the words of upstream', async () => {
    const refused = async (path: string) => (await kubectl.try(['get', '--raw', `/api/v1/namespaces/${namespace}/${path}`])).err;
    expect(await refused('services/idle/proxy/')).toContain('no endpoints available for service "idle"');
    expect(await refused('services/web:81/proxy/')).toContain('no service port 81 found for service "web"');
    expect(await refused('services/no-such/proxy/')).toContain('services "no-such" not found');
    expect(await refused('pods/echo:1/proxy/')).toContain('error trying to reach service: dial tcp');
  });
});
