import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure } from './harness/case';
import { tryRun } from './harness/command';
import { DockerHosts } from './harness/docker-hosts';
import { eventually } from './harness/eventually';
import { startLoad } from './harness/http-load';
import { type Kubectl, kubectlFor } from './harness/kubectl';
import { FOREVER, list } from './harness/objects';
import { TestRuntime } from './harness/runtime';

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const available = isRoot && defaultKubectl !== undefined && !process.env.TWELVE_E2E_KUBECONFIG;

/** A web server on every node that says where it is. */
const everywhere = {
  apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'where' },
  spec: {
    selector: { matchLabels: { app: 'where' } },
    template: {
      metadata: { labels: { app: 'where' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{
          name: 'web', image: 'busybox:1.35', ports: [{ containerPort: 80 }], readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1, timeoutSeconds: 10 },
          env: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
          command: ['sh', '-c', 'mkdir /www; echo $NODE > /www/index.html; exec busybox httpd -f -p 80 -h /www'],
        }],
      },
    },
  },
};

const web = (version: string) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: {
    replicas: 6, selector: { matchLabels: { app: 'web' } }, strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        terminationGracePeriodSeconds: 10,
        tolerations: ['not-ready', 'unreachable'].map((state) => ({ key: `node.kubernetes.io/${state}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 })),
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: 'web' } } }],
        containers: [{
          name: 'web', image: 'nginx:1.22', command: ['sh', '-c', `echo ${version} > /usr/share/nginx/html/index.html; exec nginx -g 'daemon off;'`],
          ports: [{ name: 'http', containerPort: 80 }], readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1, timeoutSeconds: 10 },
          lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 1; nginx -s quit; sleep 2'] } } },
        }],
      },
    },
  },
});
const service = (name: string, type: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type, selector: { app: name }, ports: [{ port: 80 }] } });

describe.skipIf(!available)('several Docker hosts as nodes of one runtime (skipped without root and kubectl)', () => {
  const runtime = new TestRuntime();
  const hosts = new DockerHosts(2);
  const [first, second] = hosts.hosts;
  let kubectl: Kubectl;
  const node = (words: readonly string[]) => runtime.twelve(['node', ...words, ...runtime.target()]);
  const field = (what: string, path: string) => kubectl(['get', ...what.split(' '), '-o', `jsonpath={${path}}`]);
  const statusOf = (name: string) => field(`node ${name}`, '.status.conditions[?(@.type=="Ready")].status');
  const pods = async (selector: string) => (JSON.parse(await kubectl(`get pods -l ${selector} -o json`)) as { items: { metadata: { name: string; deletionTimestamp?: string }; spec: { nodeName: string }; status: { podIP: string; phase: string } }[] }).items;
  const add = (host: typeof first) => node(['add', host.dockerHost, '--insecure', '--docker-socket', host.socketPath, '--node-name', host.name]);
  const nodePort = () => field('service web', '.spec.ports[0].nodePort');

  beforeAll(async () => {
    await hosts.start(['busybox:1.35', 'nginx:1.22']);
    await runtime.twelve(['up', ...runtime.target(), '--node-address', hosts.address, '--node-monitor-grace-period', '10s']);
    kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
    await Promise.all(hosts.hosts.map(add));
  });
  afterAll(async () => {
    await runtime.end();
    await hosts.end();
  });

  it('are listed with their Docker hosts, and are nodes as any other', async () => {
    explainFailure(kubectl);
    const lines = (await node(['list'])).split('\n').filter(Boolean);
    expect(lines).toHaveLength(4);
    for (const host of hosts.hosts) expect(lines.find((line) => line.startsWith(host.name))).toMatch(new RegExp(`Ready +${host.address.replaceAll('.', '\\.')} +${host.dockerHost}`));
    expect(lines.find((line) => line.includes('this host'))).toContain(hosts.address);
    const ranges = (await field('nodes', '.items[*].spec.podCIDR')).split(' ');
    expect(new Set(ranges).size).toBe(3);
  });

  it('pods reach each other on all hosts by address, Service and name, and keep their own addresses', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list(everywhere, service('where', 'ClusterIP')) });
    await kubectl('rollout status daemonset/where --timeout=180s');
    const all = await pods('app=where');
    for (const { metadata } of all) await eventually(`the Service answers ${metadata.name}`, async () => (await kubectl.try(['exec', metadata.name, '--', 'wget', '-q', '-O', '-', 'http://where/'])).code === 0);
    expect(new Set(all.map(({ spec }) => spec.nodeName)).size).toBe(3);
    for (const from of all) {
      const asked = [...all.map(({ status }) => status.podIP), 'where', 'where.default.svc.cluster.local'];
      const out = await kubectl(['exec', from.metadata.name, '--', 'sh', '-c', `for a in ${asked.join(' ')}; do wget -q -O - http://$a/ || echo failed $a; done`]);
      expect(out.split('\n').slice(0, 3)).toEqual(all.map(({ spec }) => spec.nodeName));
      expect(out).not.toContain('failed');
    }
    const everybody = all.map(({ spec }) => spec.nodeName).sort().join();
    await eventually('all of them answer for the Service', async () => {
      const names = await kubectl(['exec', all[0].metadata.name, '--', 'sh', '-c', 'for i in $(seq 24); do wget -q -O - http://where/; done']);
      return [...new Set(names.split('\n').filter(Boolean))].sort().join() === everybody;
    });
  });

  it('logs, exec and the API reach pods of other hosts, and pods of other hosts reach the API', async () => {
    explainFailure(kubectl);
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'far' }, spec: { nodeName: second.name, terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:1.35', command: ['sh', '-c', `echo far away; ${FOREVER}`] }] } };
    await kubectl('apply -f -', { input: list(pod) });
    await kubectl('wait --for=condition=Ready pod/far --timeout=180s');
    await eventually('its log has the line', async () => await kubectl('logs far') === 'far away\n');
    expect(await kubectl(['exec', 'far', '--', 'hostname'])).toBe('far\n');
    expect(await kubectl(['exec', 'far', '--', 'sh', '-c', 'nc -w 3 $KUBERNETES_SERVICE_HOST 443 </dev/null && echo open'])).toBe('open\n');
    await kubectl('delete pod far --wait=false');
  });

  it('a volume is made on the host of its pod, found again by the next pod there, and removed with its claim', async () => {
    explainFailure(kubectl);
    const mounted = (name: string, script: string) => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { name },
      spec: {
        terminationGracePeriodSeconds: 1, restartPolicy: 'Never', nodeSelector: { 'kubernetes.io/hostname': second.name },
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'far' } }, { name: 'host', hostPath: { path: '/var/lib/twelve' } }],
        containers: [{ name: 'main', image: 'busybox:1.35', command: ['sh', '-c', script], volumeMounts: [{ name: 'data', mountPath: '/data' }, { name: 'data', mountPath: '/below', subPath: 'a/b' }, { name: 'host', mountPath: '/host' }] }],
      },
    });
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'far' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } } };
    await kubectl('apply -f -', { input: list(claim, mounted('writes', 'echo kept > /data/file; echo under > /below/file')) });
    await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/writes --timeout=180s');
    const volume = await field('pvc far', '.spec.volumeName');
    const path = await field(`pv ${volume}`, '.spec.hostPath.path');
    expect(path).toContain(`/${second.name}/volumes/`);
    expect(fs.readFileSync(`${path}/a/b/file`, 'utf8')).toBe('under\n');
    await kubectl('apply -f -', { input: list(mounted('reads', 'cat /data/file')) });
    await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/reads --timeout=180s');
    expect(await kubectl('logs reads')).toBe('kept\n');
    await kubectl('delete pod/writes pod/reads pvc/far');
    await kubectl(`wait --for=delete pv/${volume} --timeout=180s`);
    expect(fs.existsSync(path)).toBe(false);
  });

  it('a rolling update under load over all hosts loses no request, through the node port of any of them', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list(web('one'), service('web', 'NodePort')) });
    await kubectl('rollout status deployment/web --timeout=180s');
    expect(new Set((await pods('app=web')).map(({ spec }) => spec.nodeName)).size).toBe(3);
    const port = await nodePort();
    for (const address of ['127.0.0.1', first.address]) await eventually(`the node port answers at ${address}`, async () => (await fetch(`http://${address}:${port}/`)).ok);
    const loads = ['127.0.0.1', first.address].map((address) => startLoad(`http://${address}:${port}/`, 2));
    await kubectl('apply -f -', { input: list(web('two')) });
    await kubectl('rollout status deployment/web --timeout=180s');
    await eventually('there were enough requests', () => loads.every((load) => load.sent() > 100));
    const results = await Promise.all(loads.map((load) => load.stop()));
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    for (const { requests } of results) expect(requests).toBeGreaterThan(100);
  });

  it('a stopped control plane leaves them working, and finds them again', async () => {
    explainFailure(kubectl);
    const port = await nodePort();
    const load = startLoad(`http://${second.address}:${port}/`, 1);
    await runtime.twelve(['stop', ...runtime.target()]);
    await runtime.up();
    await eventually('every node is Ready again', async () => (await field('nodes', '.items[*].status.conditions[?(@.type=="Ready")].status')) === 'True True True');
    expect((await load.stop()).failures).toEqual([]);
  });

  it('a drained node gives its pods away as the budget allows, and takes new ones when it is uncordoned', async () => {
    explainFailure(kubectl);
    await kubectl('apply -f -', { input: list({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { minAvailable: 5, selector: { matchLabels: { app: 'web' } } } }) });
    await eventually('the budget counts its pods', async () => (await field('pdb web', '.status.currentHealthy')) === '6');
    const there = (await pods('app=web')).filter(({ spec, metadata }) => spec.nodeName === second.name && !metadata.deletionTimestamp).length;
    expect(there).toBeGreaterThan(0);
    const load = startLoad(`http://127.0.0.1:${await nodePort()}/`, 2);
    expect(await node(['drain', second.name, '--timeout', '90s'])).toMatch(new RegExp(`${second.name} drained +${there} pods? evicted`));
    expect((await load.stop()).failures).toEqual([]);
    expect((await pods('app=web')).filter(({ spec }) => spec.nodeName === second.name)).toEqual([]);
    expect((await pods('app=where')).filter(({ spec }) => spec.nodeName === second.name)).toHaveLength(1);
    await kubectl(`uncordon ${second.name}`);
    await kubectl('delete pdb web');
  });

  it('a host that dies under load is found out; its pods run elsewhere, and requests are lost only until then', async () => {
    explainFailure(kubectl);
    await kubectl('rollout restart deployment/web');
    await kubectl('rollout status deployment/web --timeout=180s');
    expect((await pods('app=web')).some(({ spec }) => spec.nodeName === first.name)).toBe(true);
    const url = `http://127.0.0.1:${await nodePort()}/`;
    const lost = (await pods('app=web')).filter(({ spec }) => spec.nodeName === first.name).map(({ status }) => status.podIP);
    const load = startLoad(url, 4);
    const died = Date.now();
    await first.kill();
    await eventually('the node is unknown', async () => (await statusOf(first.name)) === 'Unknown');
    const detected = Date.now();
    expect(await field(`node ${first.name}`, '.status.conditions[?(@.type=="Ready")].reason')).toBe('NodeStatusUnknown');
    await eventually('its pods are endpoints no more', async () => {
      const left = (await field('endpoints web', '.subsets[*].addresses[*].ip')).split(' ');
      return !lost.some((address) => left.includes(address));
    });
    const withdrawn = Date.now();
    await eventually('the pods run elsewhere', async () => (await field('deployment web', '.status.availableReplicas')) === '6');
    const replaced = Date.now();
    const { requests, failures } = await load.stop();
    await eventually('no request is lost any more', async () => {
      const after = startLoad(url, 4);
      await eventually('some requests are answered', () => after.sent() > 200);
      return (await after.stop()).failures.length === 0;
    });
    const last = Math.max(died, ...failures.map((line) => Date.parse(line.split(' ')[0])));
    console.log(`host killed under load: ${failures.length} of ${requests} requests lost, the last ${((last - died) / 1000).toFixed(1)} s after; detected after ${((detected - died) / 1000).toFixed(1)} s, all pods replaced after ${((replaced - died) / 1000).toFixed(1)} s`);
    expect(last).toBeLessThan(withdrawn + 12_000); // clients give up 10 s after they asked
    const gone = (await pods('app=web')).filter(({ spec }) => spec.nodeName === first.name);
    expect(gone.every(({ metadata }) => metadata.deletionTimestamp)).toBe(true);
  });

  it('the host that returns is Ready again, and what was moved away meanwhile is removed from it', async () => {
    explainFailure(kubectl);
    await first.startDaemon();
    await eventually('the node is Ready', async () => (await statusOf(first.name)) === 'True');
    await eventually('the stale pods are gone', async () => (await pods('app=web')).every(({ metadata, spec }) => spec.nodeName !== first.name || !metadata.deletionTimestamp));
    await eventually('its own pod runs again', async () => (await field('daemonset where', '.status.numberReady')) === '3');
    const containers = (await tryRun('docker', ['-H', first.dockerHost, 'ps', '-a', '--format', '{{.Names}}'])).out;
    expect(containers).not.toContain('web_default_');
    const [from] = (await pods('app=where')).filter(({ spec }) => spec.nodeName === first.name);
    await eventually('the Service answers it', async () => /\S/.test(await kubectl(['exec', from.metadata.name, '--', 'wget', '-q', '-O', '-', 'http://where/'])));
  });

  it('a removed node leaves nothing on its host', async () => {
    explainFailure(kubectl);
    await kubectl('delete deployment/web daemonset/where');
    expect(await node(['remove', first.name])).toBe(`node ${first.name} removed\n`);
    expect((await tryRun('docker', ['-H', first.dockerHost, 'ps', '-aq'])).out).toBe('');
    const inside = async (...words: string[]) => (await tryRun('nsenter', [`--net=/run/netns/${first.name}`, ...words])).out;
    expect(await inside('nft', 'list', 'tables')).not.toContain('twelve');
    expect(await inside('ip', '-o', 'link')).not.toMatch(/tw-|tx-/);
    expect((await kubectl.try(`get node ${first.name}`)).err).toContain('not found');
    expect((await runtime.try(['node', 'remove', first.name, ...runtime.target()])).err).toContain(`there is no node ${first.name}`);
  });

  it('a host behind a router is reached through a tunnel', async () => {
    const other = new TestRuntime();
    try {
      await other.up();
      await other.twelve(['node', 'add', first.dockerHost, '--insecure', '--docker-socket', first.socketPath, '--node-name', first.name, ...other.target()]);
      const there = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: other.kubeconfig });
      explainFailure(there);
      await there('apply -f -', { input: list(everywhere, service('where', 'ClusterIP')) });
      await there('rollout status daemonset/where --timeout=180s');
      expect((await tryRun('ip', ['-d', '-o', 'link', 'show', 'type', 'vxlan'])).out).toContain('vxlan id');
      const { items } = JSON.parse(await there('get pods -l app=where -o json')) as { items: { metadata: { name: string }; spec: { nodeName: string }; status: { podIP: string } }[] };
      for (const from of items) {
        await eventually(`the Service answers ${from.metadata.name}`, async () => (await there.try(['exec', from.metadata.name, '--', 'wget', '-q', '-O', '-', 'http://where/'])).code === 0);
        const out = await there(['exec', from.metadata.name, '--', 'sh', '-c', `for a in ${items.map(({ status }) => status.podIP).join(' ')} where; do wget -q -O - http://$a/ || echo failed; done`]);
        expect(out.split('\n').slice(0, 2)).toEqual(items.map(({ spec }) => spec.nodeName));
        expect(out).not.toContain('failed');
      }
    } finally {
      const log = fs.existsSync(other.dataDirectory) ? other.log() : '';
      await other.end();
      expect(log).not.toContain('"level":"error"');
    }
    expect((await tryRun('docker', ['-H', first.dockerHost, 'ps', '-aq'])).out).toBe('');
  });
});
