import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tryInCluster } from '../../lib/client/in-cluster';
import { loadKubeconfig } from '../../lib/client/kubeconfig';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kubeconfig-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const write = (name: string, content: string) => {
  fs.writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
};

const text = (user: string, cluster = '') => `
apiVersion: v1
kind: Config
current-context: main
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:6443', certificate-authority-data: ${Buffer.from('CA').toString('base64')} ${cluster} } }]
contexts:
- { name: main, context: { cluster: c, user: u, namespace: shop } }
- { name: broken, context: { cluster: missing, user: u } }
users: [{ name: u, user: ${user} }]
`;

it('reads inline data, and files relative to the kubeconfig', () => {
  write('client.crt', 'CERT');
  write('client.key', 'KEY');
  const file = write('config', text('{ client-certificate: client.crt, client-key: client.key }'));
  expect(loadKubeconfig(file)).toEqual({ contextName: 'main', server: 'https://127.0.0.1:6443', namespace: 'shop', ca: 'CA', cert: 'CERT', key: 'KEY' });
});

it('names what is missing and what there is', () => {
  expect(() => loadKubeconfig(text('{}'), { context: 'other' })).toThrow('the given kubeconfig has no context "other"; it has: main, broken');
  expect(() => loadKubeconfig(text('{}'), { context: 'broken' })).toThrow('has no cluster "missing"; it has: c');
});

it('refuses by name what it does not do', () => {
  expect(() => loadKubeconfig(text('{}', ', proxy-url: http://proxy:3128'))).toThrow(/cluster "c" has the proxy-url http:\/\/proxy:3128; proxies are not supported/);
  expect(() => loadKubeconfig(text('{ auth-provider: { name: gcp } }'))).toThrow(/user "u" uses auth-provider/);
  expect(() => loadKubeconfig(text('{ as-groups: [a] }'))).toThrow(/without as/);
});

it('acts as somebody else', () => {
  expect(loadKubeconfig(text('{ as: jane, as-uid: "7", as-groups: [dev, ops], as-user-extra: { scopes: [view] } }')).headers)
    .toEqual({ 'impersonate-user': 'jane', 'impersonate-uid': '7', 'impersonate-group': ['dev', 'ops'], 'impersonate-extra-scopes': ['view'] });
});

it('reads a token from its file before every request', async () => {
  const token = write('token', 'first\n');
  const { credentials } = loadKubeconfig(write('with-token-file', text('{ tokenFile: token, token: old }')));
  const first = await credentials?.current();
  expect(first).toEqual({ token: 'first' });
  expect(credentials?.renew({ token: 'first' })).toBe(false);
  fs.writeFileSync(token, 'second');
  expect(credentials?.renew({ token: 'first' })).toBe(true);
  fs.rmSync(token);
  expect(await credentials?.current()).toEqual({ token: 'second' });
});

describe('several files', () => {
  const file = (name: string, context: string, server: string, more = '') => write(name, `
${context ? `current-context: ${context}` : ''}
clusters: [{ name: shared, cluster: { server: 'https://${server}' } }, { name: of-${name}, cluster: { server: 'https://${server}', certificate-authority: ca.crt } }]
contexts: [{ name: ${name}, context: { cluster: of-${name} } }, { name: mixed, context: { cluster: shared, user: of-second } }]
${more}`);
  write('ca.crt', 'AUTHORITY');

  it('are one: the first that says something wins, and missing ones are left out', () => {
    const files = [path.join(folder, 'missing'), file('first', '', 'first'), file('second', 'second', 'second', 'users: [{ name: of-second, user: { token: t } }]')];
    expect(loadKubeconfig(files)).toMatchObject({ contextName: 'second', server: 'https://second', ca: 'AUTHORITY' });
    expect(loadKubeconfig(files, { context: 'mixed' })).toMatchObject({ server: 'https://first', token: 't' });
    expect(() => loadKubeconfig(files, { context: 'third' })).toThrow(/has no context "third"; it has: first, mixed, second$/);
    expect(() => loadKubeconfig([path.join(folder, 'missing'), path.join(folder, 'gone')])).toThrow(/there is no kubeconfig at .*missing or .*gone/);
  });
});

it('knows the cluster that it is a pod of', async () => {
  const account = path.join(folder, 'account');
  fs.mkdirSync(account);
  const environment = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
  expect(tryInCluster(environment, account)).toBeUndefined();
  for (const [name, content] of [['token', 'one'], ['ca.crt', 'CA'], ['namespace', 'shop']]) fs.writeFileSync(path.join(account, name), content);
  const access = tryInCluster(environment, account);
  expect(access).toMatchObject({ contextName: 'in-cluster', server: 'https://10.96.0.1:443', namespace: 'shop', ca: 'CA' });
  expect(await access?.credentials?.current()).toEqual({ token: 'one' });
  fs.writeFileSync(path.join(account, 'token'), 'two');
  expect(await access?.credentials?.current()).toEqual({ token: 'two' });
  expect(tryInCluster({ ...environment, KUBERNETES_SERVICE_HOST: 'fd00::1' }, account)?.server).toBe('https://[fd00::1]:443');
  expect(tryInCluster({}, account)).toBeUndefined();
});
