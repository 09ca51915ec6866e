import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure } from './harness/case';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { PodCases, podOf, stays } from './harness/pods';
import { TestRuntime } from './harness/runtime';

describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('static pods', () => {
  const runtime = new TestRuntime();
  const manifests = path.join(runtime.dataDirectory, 'node', 'manifests');
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
  const cases = new PodCases(kubectl);
  const put = (name: string, words: string, more: object = {}) => fs.writeFileSync(path.join(manifests, `${name}.yaml`), JSON.stringify(podOf(name, { containers: [stays(`echo ${words}`)], ...more })));
  let node = '';
  const containerIdOf = async (name: string) => (await cases.running(name)).status?.containerStatuses?.[0]?.containerID;

  beforeAll(async () => {
    await runtime.up();
    node = (await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')).trim();
  });
  afterAll(() => runtime.end());

  it('run from a file of the node, and are shown in the API by a mirror', async () => {
    explainFailure(kubectl);
    put('web', 'hello');
    const mirror = await cases.running(`web-${node}`);
    const { annotations = {}, ownerReferences } = mirror.metadata;
    expect(annotations['kubernetes.io/config.source']).toBe('file');
    expect(annotations['kubernetes.io/config.mirror']).toBe(annotations['kubernetes.io/config.hash']);
    expect(ownerReferences).toMatchObject([{ kind: 'Node', name: node, controller: true }]);
    expect(await cases.logged(`web-${node}`, 'hello')).toBe('hello\n');
    expect(await cases.exec(`web-${node}`, 'hostname')).toBe(`web-${node}\n`);
    expect(await kubectl(`describe pod web-${node}`)).toMatch(/Normal +Started/);
  });

  it('outlive the deletion of their mirror, which is made again', async () => {
    const before = await containerIdOf(`web-${node}`);
    const { uid } = (await cases.get(`web-${node}`)).metadata;
    await kubectl(`delete pod web-${node} --wait=false`);
    await cases.until(`web-${node}`, 'has a new mirror', ({ metadata }) => metadata.uid !== uid);
    expect(await containerIdOf(`web-${node}`)).toBe(before);
  });

  it('follow their file', async () => {
    const before = await containerIdOf(`web-${node}`);
    put('web', 'changed');
    await cases.logged(`web-${node}`, 'changed');
    await eventually('the mirror shows the new container', async () => await containerIdOf(`web-${node}`) !== before);
  });

  it('whose manifest is wrong say so, and leave the others alone', async () => {
    const before = await containerIdOf(`web-${node}`);
    fs.writeFileSync(path.join(manifests, 'broken.yaml'), 'apiVersion: v1\nkind: Pod\nspec: {containers: 5}\n');
    await eventually('an Event tells why', async () => (await kubectl('get events --field-selector reason=FailedValidation -o jsonpath={.items[*].message}')).includes('broken.yaml'));
    expect(await containerIdOf(`web-${node}`)).toBe(before);
  });

  it('run on while the runtime is down, and are adopted by the next', async () => {
    const before = await containerIdOf(`web-${node}`);
    await runtime.twelve(['stop', ...runtime.target()]);
    await runtime.up();
    expect(await containerIdOf(`web-${node}`)).toBe(before);
  });

  it('end with their file', async () => {
    fs.rmSync(path.join(manifests, 'web.yaml'));
    await eventually('the mirror is gone', async () => !(await kubectl('get pods -o name')).includes(`web-${node}`));
  });
});
