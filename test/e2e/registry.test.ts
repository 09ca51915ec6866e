import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { run, tryRun } from './harness/command';
import { eventually } from './harness/eventually';
import { PodCases, podOf } from './harness/pods';

/** bcrypt of "geheim". */
const HASH = '$2b$05$abcdefghijklmnopqrstuuVWu8RjbNovPZWAMRdd7iqaaG0mI53Uu';

/** A registry with a login as a pod of the cluster. The engine must reach it at 127.0.0.1, which is no certificate's business: the test runs on the node. */
describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('a registry with a login', () => {
  const { kubectl } = useNamespace('registry');
  const cases = new PodCases(kubectl);
  const dockerConfig = mkdtempSync(path.join(os.tmpdir(), 'twelve-docker-config-'));
  const docker = (...words: readonly string[]) => run('docker', ['--config', dockerConfig, ...words]);
  let registry = '';
  let image = '';
  const secret = (name: string, user: string, password: string, server = registry) => kubectl(['create', 'secret', 'docker-registry', name, `--docker-server=${server}`, `--docker-username=${user}`, `--docker-password=${password}`]);
  const pod = (name: string, ...secrets: readonly string[]) => podOf(name, { containers: [{ image, imagePullPolicy: 'Always', command: ['sleep', '3600'] }], imagePullSecrets: secrets.map((one) => ({ name: one })) });

  beforeAll(async () => {
    await cases.create(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'users' }, stringData: { htpasswd: `me:${HASH}\n` } },
      podOf('registry', {
        containers: [{
          image: 'registry:2', readinessProbe: { tcpSocket: { port: 5000 }, periodSeconds: 1 }, volumeMounts: [{ name: 'users', mountPath: '/users' }],
          env: Object.entries({ REGISTRY_AUTH: 'htpasswd', REGISTRY_AUTH_HTPASSWD_REALM: 'test', REGISTRY_AUTH_HTPASSWD_PATH: '/users/htpasswd' }).map(([name, value]) => ({ name, value })),
        }],
        volumes: [{ name: 'users', secret: { secretName: 'users' } }],
      }, { labels: { app: 'registry' } }),
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'registry' }, spec: { type: 'NodePort', selector: { app: 'registry' }, ports: [{ port: 5000 }] } },
    );
    await cases.ready('registry');
    registry = `127.0.0.1:${await kubectl('get service registry -o jsonpath={.spec.ports[0].nodePort}')}`;
    image = `${registry}/team/private:1`;
    await eventually('the registry lets me in', () => docker('login', '-u', 'me', '-p', 'geheim', registry));
    await docker('tag', 'busybox:1.35', image);
    await docker('push', '-q', image);
    await docker('rmi', image);
    await secret('right', 'me', 'geheim');
    await secret('wrong', 'me', 'falsch');
  });
  afterAll(async () => {
    await tryRun('sh', ['-c', `docker images --format '{{.Repository}}:{{.Tag}}' | grep '^${registry}/' | xargs -r docker rmi -f`]);
    await tryRun('sh', ['-c', `docker images --digests --format '{{.Repository}}@{{.Digest}}' | grep '^${registry}/' | xargs -r docker rmi -f`]);
    rmSync(dockerConfig, { recursive: true, force: true });
  });

  it('gives its images to a pod whose Secret has the login, and to nobody else', async () => {
    explainFailure(kubectl);
    await cases.create(pod('right', 'right'), pod('wrong', 'wrong'), pod('none'), pod('missing', 'nowhere'));
    await cases.running('right');
    await cases.event('right', 'Pulled', /^Successfully pulled image "127\.0\.0\.1:\d+\/team\/private:1" in [\d.]+m?s \([\d.]+m?s including waiting\)$/);
    for (const name of ['wrong', 'none', 'missing']) {
      await cases.event(name, 'Failed', /Failed to pull image .*(unauthorized|no basic auth credentials)/);
      expect((await cases.waiting(name, 'ImagePullBackOff')).message).toBe(`Back-off pulling image "${image}"`);
    }
    await cases.event('missing', 'FailedToRetrieveImagePullSecret', 'Unable to retrieve some image pull secrets (nowhere); attempting to pull the image may not succeed.');
  });

  it('is asked with each login that fits', async () => {
    await cases.create(pod('both', 'wrong', 'right'));
    await cases.running('both');
  });

  it('is asked with the logins of the pod\'s service account', async () => {
    await kubectl('create serviceaccount puller');
    await kubectl(['patch', 'serviceaccount', 'puller', '-p', '{"imagePullSecrets":[{"name":"right"}]}']);
    await cases.create(podOf('account', { serviceAccountName: 'puller', containers: [{ image, imagePullPolicy: 'Always', command: ['sleep', '3600'] }] }));
    await cases.running('account');
    expect((await cases.get('account')).spec.imagePullSecrets).toEqual([{ name: 'right' }]);
  });

  it('takes a login of the older type for a path of the registry', async () => {
    const entry = { [`https://${registry}/team`]: { username: 'me', password: 'geheim', auth: Buffer.from('me:geheim').toString('base64') } };
    await cases.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'older' }, type: 'kubernetes.io/dockercfg', stringData: { '.dockercfg': JSON.stringify(entry) } });
    await cases.create(pod('older', 'older'));
    await cases.running('older');
  });

  it('gives an image by its digest', async () => {
    const imageId = (await cases.running('right')).status?.containerStatuses?.[0]?.imageID ?? '';
    const digest = /sha256:[0-9a-f]{64}$/.exec(imageId)?.[0];
    const repoDigest = (await docker('inspect', '-f', '{{index .RepoDigests 0}}', image)).trim();
    expect(repoDigest).toMatch(/@sha256:/);
    expect(digest).toBeDefined();
    await cases.create(podOf('digest', { containers: [{ image: repoDigest, imagePullPolicy: 'Always', command: ['sleep', '3600'] }], imagePullSecrets: [{ name: 'right' }] }));
    expect((await cases.running('digest')).status?.containerStatuses?.[0]?.image).toBe(repoDigest);
  });

  it('that answers later lets the pod start later', async () => {
    await cases.create(pod('late', 'late'));
    await cases.waiting('late', 'ImagePullBackOff');
    await secret('late', 'me', 'geheim');
    await cases.running('late');
  });
});
