import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { loadKubeconfig } from '../../lib/client/kubeconfig';

const text = (user: string) => `
apiVersion: v1
kind: Config
current-context: main
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:6443', certificate-authority-data: ${Buffer.from('CA').toString('base64')} } }]
contexts:
- { name: main, context: { cluster: c, user: u, namespace: shop } }
- { name: broken, context: { cluster: missing, user: u } }
users: [{ name: u, user: ${user} }]
`;

it('reads inline data, and files relative to the kubeconfig', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kubeconfig-'));
  fs.writeFileSync(path.join(folder, 'client.crt'), 'CERT');
  fs.writeFileSync(path.join(folder, 'client.key'), 'KEY');
  fs.writeFileSync(path.join(folder, 'config'), text('{ client-certificate: client.crt, client-key: client.key }'));
  expect(loadKubeconfig(path.join(folder, 'config'))).toEqual({ contextName: 'main', server: 'https://127.0.0.1:6443', namespace: 'shop', ca: 'CA', cert: 'CERT', key: 'KEY' });
  fs.rmSync(folder, { recursive: true });
});

it('asks a credential plugin for the token', () => {
  const plugin = `{ exec: { apiVersion: client.authentication.k8s.io/v1, command: ${process.execPath}, args: ['-e', "console.log(JSON.stringify({status:{token:process.env.WHO}}))"], env: [{ name: WHO, value: me }] } }`;
  expect(loadKubeconfig(text(plugin)).token).toBe('me');
});

it('names what is missing and what there is', () => {
  expect(() => loadKubeconfig(text('{}'), { context: 'other' })).toThrow('the given kubeconfig has no context "other"; it has: main, broken');
  expect(() => loadKubeconfig(text('{}'), { context: 'broken' })).toThrow('has no cluster "missing"; it has: c');
});
