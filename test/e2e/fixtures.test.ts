import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';

const shared = path.resolve(__dirname, '../../../shared/fixtures');
const available = defaultKubectl !== undefined && fs.existsSync(shared);

describe.skipIf(!available)('manifests as people write them (skipped without kubectl or the fixtures)', () => {
  describe('httpd-sample.yaml', () => {
    const { kubectl } = useNamespace('httpd');
    const manifest = path.join(shared, 'httpd-sample.yaml');

    it('serves its page at the external address of its LoadBalancer, and leaves nothing when deleted', async () => {
      explainFailure(kubectl);
      await kubectl(['apply', '-f', manifest]);
      await kubectl('rollout status deployment/httpd-sample --timeout=180s');
      const address = await eventually('the Service has an external address', async () => kubectl('get service httpd-sample -o jsonpath={.status.loadBalancer.ingress[0].ip}'));
      expect(await kubectl('get service httpd-sample')).toMatch(new RegExp(`LoadBalancer +\\S+ +${address.replaceAll('.', '\\.')} +80:\\d+/TCP`));
      expect(await eventually('the page is served', async () => (await fetch(`http://${address}/`)).text())).toContain('It works!');
      expect(JSON.parse(await kubectl('get pods -o json')).items.map((pod: { spec: { containers: { resources: unknown }[] } }) => pod.spec.containers[0].resources)).toEqual(
        Array(3).fill({ requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '250m', memory: '256Mi' } }));

      await kubectl(['delete', '-f', manifest]);
      await eventually('its pods are gone', async () => (await kubectl('get pods,services,endpoints,replicasets -o name')) === '');
      await expect(fetch(`http://${address}/`)).rejects.toThrow();
    });
  });

  describe('guestbook.yaml', () => {
    const { kubectl } = useNamespace('guestbook');

    it('replicates Redis through DNS names and serves the front end at its node port', async () => {
      explainFailure(kubectl);
      await kubectl(['apply', '-f', path.join(shared, 'guestbook.yaml')]);
      for (const name of ['redis-leader', 'redis-follower', 'frontend']) await kubectl(`rollout status deployment/${name} --timeout=180s`);
      const port = await kubectl('get service frontend -o jsonpath={.spec.ports[0].nodePort}');
      const clusterIp = await kubectl('get service redis-leader -o jsonpath={.spec.clusterIP}');
      expect(await eventually('the front end answers', async () => (await fetch(`http://127.0.0.1:${port}/index.html`)).text())).toMatch(new RegExp(`hello from frontend-\\S+, redis at ${clusterIp}`));
      await kubectl('exec deployment/redis-leader -- redis-cli set greeting こんにちは');
      await eventually('the value reaches a follower', async () => (await kubectl('exec deployment/redis-follower -- redis-cli --raw get greeting')) === 'こんにちは\n');
    });
  });

  describe('wordpress.yaml', () => {
    const { kubectl } = useNamespace('wordpress');

    it('connects WordPress to its database through environment, ConfigMap and Secret', async () => {
      explainFailure(kubectl);
      await kubectl(['apply', '-f', path.join(shared, 'wordpress.yaml')]);
      for (const name of ['wordpress-db', 'wordpress']) await kubectl(`rollout status deployment/${name} --timeout=180s`);
      expect(await kubectl('get pvc wordpress-db -o jsonpath={.status.phase}')).toBe('Bound');
      const address = await eventually('the Service has an external address', async () => kubectl('get service wordpress -o jsonpath={.status.loadBalancer.ingress[0].ip}'));
      await eventually('the installation form is served', async () => (await (await fetch(`http://${address}/wp-admin/install.php`)).text()).includes('WordPress'));
      expect(await kubectl('get pods -l tier=web -o jsonpath={.items[0].spec.terminationGracePeriodSeconds}')).toBe('40');
    });
  });
});
