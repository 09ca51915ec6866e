import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import { parseCredential, pluginCredentials } from '../../lib/client/exec-plugin';
import { httpsTransport } from '../../lib/client/https-transport';
import type { ExecPlugin } from '../../lib/client/kubeconfig-file';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'exec-plugin-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const apiVersion = 'client.authentication.k8s.io/v1';

/** Prints a token with the number of its run; `more` are members of its status. */
function plugin(name: string, more = '', extra: Partial<ExecPlugin> = {}) {
  fs.writeFileSync(path.join(folder, `${name}.js`), `
    const fs = require('node:fs');
    const count = fs.existsSync('${folder}/${name}') ? Number(fs.readFileSync('${folder}/${name}')) + 1 : 1;
    fs.writeFileSync('${folder}/${name}', String(count));
    console.log(JSON.stringify({ apiVersion: '${apiVersion}', kind: 'ExecCredential', status: { token: 'token-' + count, ${more} } }));`);
  return { apiVersion, command: process.execPath, args: [path.join(folder, `${name}.js`)], ...extra };
}
const surroundings = (clock = new FakeClock(), interactive = false) => ({ cluster: { server: 'https://it' }, folder, environment: { HOME: '/nowhere' }, interactive, clock });
const runs = (name: string) => Number(fs.readFileSync(path.join(folder, name), 'utf8'));

describe('a credential plugin', () => {
  it('runs once for all who ask, and again when what it printed has expired', async () => {
    const clock = new FakeClock();
    const source = pluginCredentials(plugin('expiring', `expirationTimestamp: '${new Date(clock.now() + 60_000).toISOString()}'`), surroundings(clock));
    expect(fs.existsSync(path.join(folder, 'expiring'))).toBe(false); // nobody has asked
    expect(await Promise.all([source.current(), source.current()])).toEqual([{ token: 'token-1' }, { token: 'token-1' }]);
    await clock.advance(59_000);
    expect(await source.current()).toEqual({ token: 'token-1' });
    await clock.advance(1_000);
    expect(await source.current()).toEqual({ token: 'token-2' });
  });

  it('runs again after a 401, once for all requests that had it', async () => {
    const source = pluginCredentials(plugin('refused'), surroundings());
    const server = http.createServer((request, response) => {
      response.writeHead(request.headers.authorization === 'Bearer token-2' ? 200 : 401, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const transport = httpsTransport({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, credentials: source });
    const answers = await Promise.all([1, 2, 3].map(() => transport({ method: 'GET', path: '/version' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(runs('refused')).toBe(2);
    server.closeAllConnections();
    server.close();
  });

  it('gets its environment and what it asks for about the cluster', async () => {
    const script = 'console.log(JSON.stringify({ apiVersion: process.env.VERSION, kind: "ExecCredential", status: { token: process.env.HOME + process.env.EXTRA + process.env.KUBERNETES_EXEC_INFO } }))';
    const wanted = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: process.execPath, args: ['-e', script], provideClusterInfo: true, env: [{ name: 'EXTRA', value: '!' }, { name: 'VERSION', value: 'client.authentication.k8s.io/v1beta1' }] };
    const { token = '' } = await pluginCredentials(wanted, { ...surroundings(), cluster: { server: 'https://it', extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }] } }).current();
    expect(token.startsWith('/nowhere!')).toBe(true);
    expect(JSON.parse(token.slice('/nowhere!'.length))).toEqual({ apiVersion: 'client.authentication.k8s.io/v1beta1', kind: 'ExecCredential', spec: { interactive: false, cluster: { server: 'https://it', config: { audience: 'a' } } } });
  });

  it('says what is wrong and what to do', async () => {
    const failing = (wanted: Partial<ExecPlugin>) => pluginCredentials({ apiVersion, command: process.execPath, ...wanted }, surroundings()).current();
    await expect(failing({ command: 'no-such-plugin', installHint: 'get it from the shelf' })).rejects.toThrow('the credential plugin "no-such-plugin" is not installed or not in PATH\nget it from the shelf');
    await expect(failing({ args: ['-e', 'process.exit(3)'] })).rejects.toThrow(/ended with 3; try it by hand/);
    await expect(failing({ interactiveMode: 'Always' })).rejects.toThrow(/wants to ask you something/);
    expect(() => pluginCredentials({ apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'x' }, surroundings())).toThrow(/speaks client.authentication.k8s.io\/v1alpha1; known are/);
    expect(() => pluginCredentials({ apiVersion }, surroundings())).toThrow(/without a command/);
  });

  it('is asked again after it has failed', async () => {
    const script = `const fs = require('node:fs'); const file = '${folder}/once'; if (!fs.existsSync(file)) { fs.writeFileSync(file, ''); process.exit(1); } console.log('{"apiVersion":"${apiVersion}","kind":"ExecCredential","status":{"token":"t"}}')`;
    const source = pluginCredentials({ apiVersion, command: process.execPath, args: ['-e', script] }, surroundings());
    await expect(source.current()).rejects.toThrow(/ended with 1/);
    expect(await source.current()).toEqual({ token: 't' });
  });
});

it('what a plugin prints is taken when it is complete, and told without its content when it is not', () => {
  const parse = (credential: unknown) => parseCredential(typeof credential === 'string' ? credential : JSON.stringify(credential), { apiVersion, command: 'p' });
  const credential = (status: object) => ({ apiVersion, kind: 'ExecCredential', status });
  expect(parse(credential({ clientCertificateData: 'C', clientKeyData: 'K' }))).toEqual({ credentials: { cert: 'C', key: 'K' } });
  expect(parse(credential({ token: 't', expirationTimestamp: '2024-01-01T00:00:00Z' }))).toEqual({ credentials: { token: 't' }, expires: Date.UTC(2024, 0, 1) });
  expect(() => parse('secret token')).toThrow('the credential plugin "p" printed what is not JSON');
  expect(() => parse(credential({}))).toThrow(/no status with a token/);
  expect(() => parse(credential({ clientCertificateData: 'C' }))).toThrow(/without its key/);
  expect(() => parse({ ...credential({ token: 't' }), apiVersion: 'client.authentication.k8s.io/v1beta1' })).toThrow(/make them the same/);
  expect(() => parse(credential({ token: 't', expirationTimestamp: 'soon' }))).toThrow(/not a time: soon/);
});
