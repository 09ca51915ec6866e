import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { startLoad } from './harness/http-load';
import { webManifest } from './harness/web-manifest';

describe.skipIf(!defaultKubectl)('a Web of three replicas under a steady load (skipped without kubectl)', () => {
  const { kubectl } = useNamespace('rolling');
  const apply = (version: string) => kubectl('apply -f -', { input: webManifest({ name: 'web', replicas: 3, version, service: 'NodePort' }) });
  const url = async () => `http://127.0.0.1:${await kubectl('get service web -o jsonpath={.spec.ports[0].nodePort}')}/`;

  it('loses no request in a rolling update', async () => {
    explainFailure(kubectl);
    await apply('one');
    await kubectl('rollout status deployment/web --timeout=180s');
    const address = await url();
    await eventually('the first version answers', async () => (await (await fetch(address)).text()) === 'one\n');

    const load = startLoad(address);
    await apply('two');
    await kubectl('rollout status deployment/web --timeout=180s');
    await eventually('only the new pods are left', async () => (await kubectl('get pods -o name')).trim().split('\n').length === 3);
    await eventually('there were enough requests', () => load.sent() > 100);
    const { requests, failures } = await load.stop();

    expect(await (await fetch(address)).text()).toBe('two\n');
    expect(requests).toBeGreaterThan(100);
    expect(failures).toEqual([]);
  });

  it('loses no request when one of its pods is deleted', async () => {
    explainFailure(kubectl);
    const pods = (await kubectl('get pods -o jsonpath={.items[*].metadata.name}')).split(' ');
    const load = startLoad(await url());
    await kubectl(['delete', 'pod', pods[0], '--wait=true', '--timeout=180s']);
    await kubectl('rollout status deployment/web --timeout=180s');
    await eventually('there were enough requests', () => load.sent() > 100);
    const { requests, failures } = await load.stop();
    expect(requests).toBeGreaterThan(100);
    expect(failures).toEqual([]);
  });
});
