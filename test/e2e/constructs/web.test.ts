import 'reflect-metadata';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority, issueCertificate } from '../../../lib/cluster/pki/certificate-authority';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { ask, edgeOf } from '../harness/edge';
import { eventually } from '../harness/eventually';

describe.skipIf(!defaultKubectl)('Web (skipped without kubectl)', () => {
  const { kubectl, namespace, twelve, write } = useApplication('web');
  const host = `${namespace}.test`;

  beforeAll(async () => {
    const { cert, key } = await issueCertificate(await createCertificateAuthority('e2e', Date.now()), { commonName: host, hosts: [host], usage: 'server' }, Date.now());
    const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name: 'certificate' }, stringData: { 'tls.crt': cert, 'tls.key': key } };
    await kubectl('apply -f -', { input: JSON.stringify(secret) });
    write('main.ts', `
      import { GracefulShutdown, Health, Image, Scale, TwelveFactorApp, Web } from 'cdk8s-twelve-factor';
      const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
      new Web(app, 'web', {
        image: Image.reference('nginx:1.22'), port: 80, health: Health.http('/'), shutdown: GracefulShutdown.nginx(), scale: Scale.between(2, 4).onExternalMetric('measured_by_nobody', '1'),
      }).expose('${host}', { tls: { secret: 'certificate' } });
      app.synth();`);
    await twelve(['apply']);
  });

  it('answers under its host name with its certificate, and elsewhere not', async () => {
    explainFailure(kubectl);
    const edge = await edgeOf(kubectl, 'shop-web');
    const answer = await eventually('the page is served over HTTPS', async () => {
      const found = await ask(edge, { host, tls: true }).catch(() => undefined);
      return found?.status === 200 && found;
    });
    expect(answer.certificate).toBe(host);
    expect(answer.body).toContain('nginx');
    expect((await ask(edge, { host: `other-${host}` })).status).toBe(404);
  });

  it('leaves the number of its copies to the autoscaler, whatever is applied', async () => {
    explainFailure(kubectl);
    await eventually('the autoscaler has brought it to its least number', async () => (await kubectl('get deployment shop-web -o jsonpath={.spec.replicas}')) === '2');
    await kubectl('scale deployment shop-web --replicas=3'); // kept by an autoscaler that measures nothing: within its limits
    await kubectl('rollout status deployment shop-web --timeout=180s');
    expect(await twelve(['apply'])).toContain('nothing had to change');
    expect(await kubectl('get deployment shop-web -o jsonpath={.spec.replicas}')).toBe('3');
    expect(await kubectl('get hpa shop-web -o jsonpath={.spec.minReplicas}..{.spec.maxReplicas}:{.spec.scaleTargetRef.name}')).toBe('2..4:shop-web');
  });

  it('gives up one copy at a time when its host is emptied', async () => {
    explainFailure(kubectl);
    const [first, second] = (await kubectl('get pods -l app.kubernetes.io/component=web -o jsonpath={.items[*].metadata.name}')).split(' ');
    await eventually('the budget allows one', async () => (await kubectl('get pdb shop-web -o jsonpath={.status.disruptionsAllowed}')) === '1');
    const evict = (name: string) => kubectl(['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '-f', '-'], { input: JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }) });
    const answers = await Promise.allSettled([evict(first), evict(second)]); // at once, before another copy can be ready
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = answers[0].status === 'rejected' ? answers[0] : answers[1];
    expect(String((refused as PromiseRejectedResult).reason)).toMatch(/disruption budget|TooManyRequests|Too Many Requests/i);
    await eventually('the other one may go, too', async () => (await evict(refused === answers[0] ? first : second)) !== '');
    await kubectl('rollout status deployment shop-web --timeout=180s');
  });
});
