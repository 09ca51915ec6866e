import * as https from 'node:https';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';
import { kubectlFor, kubectlVersions } from './harness/kubectl';

/** Works in one container and rests in the other. */
const PODS = `
apiVersion: v1
kind: Pod
metadata: {name: busy, labels: {load: much}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - {name: worker, image: "busybox:1.35", command: [sh, -c, "while :; do :; done"], resources: {limits: {cpu: 200m, memory: 32Mi}}}
    - {name: idler, image: "busybox:1.35", command: [sleep, "600"]}
---
apiVersion: v1
kind: Pod
metadata: {name: idle, labels: {load: none}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: memory
      image: busybox:1.35
      command: [sh, -c, "head -c 8000000 /dev/zero > /cache/file; echo written; sleep 600"]
      volumeMounts: [{name: cache, mountPath: /cache}]
  volumes: [{name: cache, emptyDir: {}}]
`;

interface PodMetrics {
  readonly metadata: { readonly name: string; readonly labels: object };
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: { readonly cpu: string; readonly memory: string } }[];
}

describe.skipIf(defaultKubectl === undefined)('what pods and nodes use (skipped without kubectl)', () => {
  const { kubectl, namespace } = useNamespace('metrics');
  const rows = (text: string) => text.trim().split('\n').map((line) => line.split(/\s+/));

  beforeAll(async () => {
    await kubectl('apply -f -', { input: PODS });
    await kubectl('wait --for=condition=Ready pod/busy pod/idle --timeout=180s');
    // All three containers: a look that came while the pods were started knows fewer.
    await eventually('both pods have metrics', async () => (JSON.parse(await kubectl(['get', '--raw', `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`])) as { items: PodMetrics[] }).items.flatMap(({ containers }) => containers).length === 3);
  });

  it('is served as metrics.k8s.io, which is known to be available', async () => {
    expect(await kubectl(['get', 'apiservice', 'v1beta1.metrics.k8s.io', '-o', 'jsonpath={.status.conditions[?(@.type=="Available")].status}'])).toBe('True');
    const served = await kubectl('api-resources --api-group=metrics.k8s.io');
    expect(served).toMatch(/nodes +metrics\.k8s\.io\/v1beta1 +false +NodeMetrics/);
    expect(served).toMatch(/pods +metrics\.k8s\.io\/v1beta1 +true +PodMetrics/);
  });

  it.each(kubectlVersions(['1.28', '1.33']))('is shown by kubectl top of $version: pods, containers, selected and sorted', async ({ program }) => {
    explainFailure(kubectl);
    const top = kubectlFor({ program, kubeconfig: kubectl.prefix[1], namespace });
    const pods = await eventually('a span of nothing but work and rest is measured', async () => {
      const found = rows(await top('top pods --sort-by=cpu --no-headers'));
      return found[0][0] === 'busy' && Number.parseInt(found[0][1], 10) > 20 && found;
    });
    expect(pods.map(([name]) => name)).toEqual(['busy', 'idle']);
    expect(Number.parseInt(pods[1][1], 10)).toBeLessThan(Number.parseInt(pods[0][1], 10)); // it has worked for a moment, too
    expect(rows(await top('top pods --containers --no-headers -l load=much')).map(([pod, container]) => `${pod}/${container}`).sort()).toEqual(['busy/idler', 'busy/worker']);
    expect(rows(await top('top pod idle --no-headers'))).toHaveLength(1);
    const node = await kubectl('get pod busy -o jsonpath={.spec.nodeName}');
    const [nodes] = rows(await top(`top node ${node} --no-headers`));
    expect(nodes).toEqual([node, expect.stringMatching(/^\d+m$/), expect.stringMatching(/^\d+%$/), expect.stringMatching(/^\d+Mi$/), expect.stringMatching(/^\d+%$/)]);
  });

  it('comes with the labels of the pod, the span it was measured in and one entry for each container', async () => {
    const { metadata, window, containers } = JSON.parse(await kubectl(['get', '--raw', `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods/busy`])) as PodMetrics;
    expect(metadata).toMatchObject({ name: 'busy', namespace, labels: { load: 'much' } });
    expect(window).toMatch(/^(\d+m)?\d+(\.\d+)?s$/);
    expect(containers.map(({ name }) => name).sort()).toEqual(['idler', 'worker']);
    for (const { usage } of containers) expect(usage).toEqual({ cpu: expect.stringMatching(/^\d+n?$/), memory: expect.stringMatching(/^\d+[KM]i$/) });
  });

  it('cannot be had of what does not run, nor be watched', async () => {
    expect((await kubectl.try('get pods.metrics.k8s.io nobody')).err).toContain('Error from server (NotFound): pods.metrics.k8s.io "nobody" not found');
    expect((await kubectl.try(['get', '--raw', `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods?watch=true`])).code).not.toBe(0);
  });

  it('may be read by whoever may view the namespace', async () => {
    const account = `system:serviceaccount:${namespace}:reader`;
    const may = async () => (await kubectl.try(['auth', 'can-i', 'list', 'pods.metrics.k8s.io', `--as=${account}`])).out.trim();
    expect(await may()).toBe('no');
    await kubectl(`create rolebinding readers --clusterrole=view --serviceaccount=${namespace}:reader`);
    await eventually('the role view includes metrics', async () => await may() === 'yes');
    expect((await kubectl.try(['top', 'pods', `--as=${account}`])).code).toBe(0);
    expect((await kubectl.try(['top', 'nodes', `--as=${account}`])).err).toContain('nodes.metrics.k8s.io is forbidden');
  });

  it('is counted by the node: processor, memory, network, disks and ephemeral storage of every pod', async () => {
    await eventually('the file is written', async () => (await kubectl('logs idle')).includes('written'));
    const node = await kubectl('get pod idle -o jsonpath={.spec.nodeName}');
    const read = async () => JSON.parse(await kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`])) as {
      readonly node: Record<string, Record<string, number>>;
      readonly pods: readonly (Record<string, Record<string, unknown>> & { readonly volume?: readonly { readonly name: string; readonly usedBytes: number }[] })[];
    };
    // Sizes of folders are taken now and then.
    const summary = await eventually('the file is counted', async () => {
      const found = await read();
      return found.pods.some(({ podRef, volume }) => podRef.namespace === namespace && podRef.name === 'idle' && volume?.some(({ name, usedBytes }) => name === 'cache' && usedBytes >= 8_000_000)) && found;
    });
    expect(summary.node).toMatchObject({ nodeName: node, cpu: { usageCoreNanoSeconds: expect.any(Number) }, memory: { workingSetBytes: expect.any(Number) }, fs: { capacityBytes: expect.any(Number), inodes: expect.any(Number) } });
    const pod = summary.pods.find(({ podRef }) => podRef.namespace === namespace && podRef.name === 'idle');
    expect(pod).toMatchObject({
      containers: [{ name: 'memory', cpu: { usageCoreNanoSeconds: expect.any(Number) }, memory: { rssBytes: expect.any(Number) }, rootfs: { usedBytes: expect.any(Number) }, logs: { usedBytes: expect.any(Number) } }],
      network: { name: 'eth0', rxBytes: expect.any(Number), txErrors: expect.any(Number) },
    });
    expect(pod?.volume?.find(({ name }) => name === 'cache')?.usedBytes).toBeGreaterThanOrEqual(8_000_000);
    expect(pod?.['ephemeral-storage'].usedBytes).toBeGreaterThanOrEqual(8_000_000);
    const metrics = await kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/metrics/resource`]);
    expect(metrics).toMatch(new RegExp(`^container_cpu_usage_seconds_total\\{container="worker",namespace="${namespace}",pod="busy"\\} [\\d.]+ \\d+$`, 'm'));
    expect(metrics).toMatch(/^node_memory_working_set_bytes [\d.e+]+ \d+$/m);
  });

  it.skipIf(process.env.TWELVE_E2E_KUBECONFIG !== undefined)('is told by the node itself to accounts that may read its metrics', async () => {
    const node = JSON.parse(await kubectl(['get', 'node', await kubectl('get pod idle -o jsonpath={.spec.nodeName}'), '-o', 'json'])) as {
      readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[]; readonly daemonEndpoints: { readonly kubeletEndpoint: { readonly Port: number } } };
    };
    const host = node.status.addresses.find(({ type }) => type === 'InternalIP')?.address;
    const port = node.status.daemonEndpoints.kubeletEndpoint.Port;
    const token = (await kubectl('create token default')).trim();
    const ask = () => new Promise<number>((resolve, reject) => {
      https.get({ host, port, path: '/metrics/resource', rejectUnauthorized: false, agent: false, headers: { authorization: `Bearer ${token}` } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }).on('error', reject);
    });
    expect(await ask()).toBe(403);
    const role = `${namespace}-metrics`;
    try {
      await kubectl(`create clusterrole ${role} --verb=get --resource=nodes/metrics`);
      await kubectl(`create clusterrolebinding ${role} --clusterrole=${role} --serviceaccount=${namespace}:default`);
      await eventually('the account is let in', async () => await ask() === 200);
    } finally {
      await kubectl.try(`delete clusterrolebinding,clusterrole ${role}`);
    }
  });
});
