import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { list, shellPod } from './harness/objects';

const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as Record<string, unknown> & { 'kubernetes.io': { namespace: string; serviceaccount: { name: string }; pod?: { name: string } } };

describe.skipIf(!defaultKubectl)('service accounts', () => {
  const { kubectl, namespace } = useNamespace('accounts');

  it('every namespace has a default account and the authority\'s certificate, and gets them back', async () => {
    await eventually('the account is there', async () => (await kubectl.try('get serviceaccount default')).code === 0);
    await eventually('the certificate is there', async () => (await kubectl('get configmap kube-root-ca.crt -o jsonpath={.data.ca\\.crt}')).startsWith('-----BEGIN CERTIFICATE-----'));
    await kubectl('delete configmap kube-root-ca.crt');
    await kubectl('delete serviceaccount default');
    await eventually('both are back', async () => (await kubectl('get configmap/kube-root-ca.crt serviceaccount/default -o name')).split('\n').filter(Boolean).length === 2);
  });

  it('a pod gets a token that is bound to it, and may do what its roles allow and nothing else', async () => {
    explainFailure(kubectl);
    await kubectl('create serviceaccount reader');
    await kubectl('create role reader --verb=get --resource=configmaps');
    await kubectl(`create rolebinding reader --role=reader --serviceaccount=${namespace}:reader`);
    await kubectl('create configmap answer --from-literal=value=42');
    await kubectl('apply -f -', { input: list(shellPod('asks', `cat ${MOUNT}/token; echo; cat ${MOUNT}/namespace`, { spec: { serviceAccountName: 'reader' } })) });
    await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/asks --timeout=180s');
    const [token, inside] = (await kubectl('logs asks')).split('\n');
    expect(inside).toBe(namespace);
    expect(claims(token)).toMatchObject({ 'sub': `system:serviceaccount:${namespace}:reader`, 'kubernetes.io': { namespace, serviceaccount: { name: 'reader' }, pod: { name: 'asks' } } });
    const asAccount = (line: string) => kubectl.try(`${line} --as=system:serviceaccount:${namespace}:reader`);
    expect((await asAccount('get configmap answer -o jsonpath={.data.value}')).out).toBe('42');
    expect((await asAccount('get secrets')).err).toContain(`secrets is forbidden: User "system:serviceaccount:${namespace}:reader" cannot list resource "secrets" in API group "" in the namespace "${namespace}"`);
  });

  it('a token asked for by hand says for how long and for whom it is', async () => {
    const token = (await kubectl('create token default --duration=10m --audience=vault')).trim();
    const { aud, exp, iat } = claims(token);
    expect(aud).toEqual(['vault']);
    expect(Number(exp) - Number(iat)).toBe(600);
  });

  it('a pod of an account that mounts no token has none, unless it asks for it', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'quiet' }, automountServiceAccountToken: false }) });
    const look = `test -e ${MOUNT}/token && echo token || echo none`;
    await kubectl('apply -f -', { input: list(shellPod('quiet', look, { spec: { serviceAccountName: 'quiet' } }), shellPod('loud', look, { spec: { serviceAccountName: 'quiet', automountServiceAccountToken: true } })) });
    await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/quiet pod/loud --timeout=180s');
    expect(await kubectl('logs quiet')).toBe('none\n');
    expect(await kubectl('logs loud')).toBe('token\n');
  });

  it('a pod of an account that is not there is refused', async () => {
    const { err } = await kubectl.try('apply -f -', { input: list(shellPod('nobody', 'true', { spec: { serviceAccountName: 'nobody' } })) });
    expect(err).toContain(`pods "nobody" is forbidden: error looking up service account ${namespace}/nobody: serviceaccount "nobody" not found`);
  });
});
