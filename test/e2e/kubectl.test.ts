import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { explainFailure, useNamespace } from './harness/case';
import { tryRun } from './harness/command';
import { eventually } from './harness/eventually';
import { kubectlVersions } from './harness/kubectl';

const versions = kubectlVersions(['1.28', '1.33']);

const deployment = (replicas = 2) => JSON.stringify({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas, selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{
          name: 'web', image: 'busybox:1.35', command: ['sh', '-c', 'echo started $HOSTNAME; mkdir -p /www; echo hello > /www/index.html; httpd -f -p 8080 -h /www & echo $! > /tmp/httpd.pid; wait'],
          ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1, timeoutSeconds: 10 },
        }],
      },
    },
  },
});

describe.skipIf(versions.length === 0)('kubectl (skipped where it is not installed)', () => {
  describe.each(versions)('$version', ({ version, program }) => {
    const { kubectl, namespace } = useNamespace(`kubectl-${version.replace('.', '-')}`, program);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-kubectl-'));
    afterAll(() => fs.rmSync(folder, { recursive: true }));
    const podName = async () => (await kubectl('get pods -l app=web -o jsonpath={.items[0].metadata.name}')).trim();

    it('applies a Deployment and follows its rollout', async () => {
      explainFailure(kubectl);
      expect(await kubectl('apply -f -', { input: deployment() })).toContain('deployment.apps/web created');
      expect(await kubectl('rollout status deployment/web --timeout=180s')).toContain('successfully rolled out');
      expect(await kubectl('apply -f -', { input: deployment() })).toContain('deployment.apps/web unchanged');
    });

    it('gets every usual kind in every usual form', async () => {
      for (const kind of ['pods', 'deployments', 'replicasets', 'services', 'endpoints', 'endpointslices', 'configmaps', 'secrets', 'serviceaccounts', 'events', 'nodes', 'namespaces', 'pv', 'pvc', 'sc', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings', 'jobs', 'cronjobs', 'statefulsets', 'daemonsets', 'ingresses', 'networkpolicies', 'leases', 'priorityclasses', 'hpa', 'pdb', 'crd', 'all']) {
        await kubectl(`get ${kind}`);
        await kubectl(`get ${kind} -o wide`);
      }
      expect(await kubectl('get deployment web')).toMatch(/NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 /);
      expect(await kubectl('get pods -o wide')).toMatch(/NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES/);
      expect(await kubectl('get deployment web -o yaml')).toContain('kind: Deployment');
      expect(JSON.parse(await kubectl('get deployment web -o json'))).toMatchObject({ spec: { replicas: 2 }, status: { readyReplicas: 2 } });
      expect(await kubectl('get pods -l app=web -o jsonpath={.items[*].status.phase}')).toBe('Running Running');
      expect(await kubectl('get pods -o name')).toContain('pod/web-');
    });

    it('watches', async () => {
      const watching = kubectl.try('get configmaps -w --no-headers', { until: (out) => out.includes('watched') });
      await eventually('the watch shows the new ConfigMap', async () => {
        await kubectl.try('create configmap watched --from-literal=a=b');
        return true;
      });
      expect((await watching).out).toContain('watched');
    });

    it('describes pods, deployments, services and nodes', async () => {
      const described = await kubectl(['describe', 'pod', await podName()]);
      expect(described).toMatch(/Status: +Running/);
      expect(described).toMatch(/Normal +Scheduled .* Successfully assigned/);
      expect(described).toMatch(/Normal +Started .* Started container web/);
      expect(await kubectl('describe deployment web')).toMatch(/ScalingReplicaSet .* Scaled up replica set web-/);
      expect(await kubectl('describe nodes')).toMatch(/Ready +True/);
    });

    it('exposes, and the service is reachable from a pod that it runs', async () => {
      explainFailure(kubectl);
      expect(await kubectl('expose deployment web --port=80 --target-port=http')).toContain('service/web exposed');
      const out = await eventually('wget reaches the service', async () => {
        await kubectl.try('delete pod client --now');
        const { out: text } = await kubectl.try('run client --image=busybox:1.35 --restart=Never --rm -i --quiet --command -- wget -qO- http://web');
        return text.includes('hello') && text;
      });
      expect(out).toContain('hello');
      expect(await kubectl('describe service web')).toMatch(/Endpoints: +\d+\.\d+\.\d+\.\d+:8080,/);
    });

    it('shows logs, follows them, and shows those of the previous container', async () => {
      const pod = await podName();
      expect(await kubectl(['logs', pod])).toBe(`started ${pod}\n`);
      expect((await kubectl.try(['logs', '-f', pod], { until: (out) => out.includes('started') })).out).toContain(`started ${pod}`);
      expect(await kubectl('logs -l app=web --prefix')).toContain(`[pod/${pod}/web] started ${pod}`);
      await kubectl.try(['exec', pod, '--', 'sh', '-c', 'kill $(cat /tmp/httpd.pid)']); // may fail: it ends with its container
      await eventually('the container was restarted', async () => (await kubectl(['get', 'pod', pod, '-o', 'jsonpath={.status.containerStatuses[0].restartCount}'])) === '1');
      expect(await kubectl(['logs', pod, '--previous'])).toBe(`started ${pod}\n`);
      await kubectl('wait --for=condition=Ready pod -l app=web --timeout=180s');
    });

    it('runs commands with input, output, exit code and a terminal', async () => {
      const pod = await podName();
      expect(await kubectl(['exec', pod, '--', 'hostname'])).toBe(`${pod}\n`);
      expect(await kubectl(['exec', '-i', pod, '--', 'cat'], { input: 'through standard input\n' })).toBe('through standard input\n');
      expect((await kubectl.try(['exec', pod, '--', 'sh', '-c', 'exit 3'])).code).toBe(3);
      const inTerminal = `stty -a >/dev/null; script -qec "${[kubectl.program, ...kubectl.prefix].join(' ')} exec -it ${pod} -- sh -c 'tty; echo done'" /dev/null`;
      const { out } = await tryRun('sh', ['-c', inTerminal]);
      expect(out).toMatch(/\/dev\/pts\/\d+/);
    });

    it('copies files both ways, byte for byte', async () => {
      const pod = await podName();
      const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 251));
      fs.writeFileSync(path.join(folder, 'there'), content);
      await kubectl(['exec', pod, '--', 'sh', '-c', 'type tar']);
      await kubectl(['cp', path.join(folder, 'there'), `${pod}:/tmp/copied`]);
      await kubectl(['cp', `${namespace}/${pod}:/tmp/copied`, path.join(folder, 'back')]);
      expect(fs.readFileSync(path.join(folder, 'back')).equals(content)).toBe(true);
    });

    it('forwards a port', async () => {
      const done = new AbortController();
      let printed = '';
      const forwarding = kubectl.try(['port-forward', 'deployment/web', ':8080'], {
        signal: done.signal,
        until: (out) => {
          printed = out;
          return false;
        },
      });
      const port = await eventually('it says which port it took', () => /127\.0\.0\.1:(\d+) ->/.exec(printed)?.[1]);
      const text = await eventually('the page comes through the forwarded port', async () => (await fetch(`http://127.0.0.1:${port}/`)).text());
      expect(text).toBe('hello\n');
      done.abort();
      expect((await forwarding).out).toContain('Handling connection for');
    });

    it('applies on the server, and diffs', async () => {
      expect(await kubectl('apply --server-side --force-conflicts -f -', { input: deployment(3) })).toContain('deployment.apps/web serverside-applied');
      await kubectl('rollout status deployment/web --timeout=180s'); // a status that changes meanwhile is a difference
      expect((await kubectl.try('diff --server-side --force-conflicts -f -', { input: deployment(3) })).code).toBe(0);
      const { code, out } = await kubectl.try('diff --server-side --force-conflicts -f -', { input: deployment(1) });
      expect(code).toBe(1);
      expect(out).toContain('-  replicas: 3');
      expect(out).toContain('+  replicas: 1');
    });

    it('scales, sets an image, and rolls back', async () => {
      explainFailure(kubectl);
      await kubectl('scale deployment web --replicas=1');
      await kubectl('rollout status deployment/web --timeout=180s');
      await kubectl('set image deployment/web web=nginx:does-not-exist');
      await eventually('the new pod cannot get its image', async () => /ErrImagePull|ImagePullBackOff/.test(await kubectl('get pods')));
      expect(await kubectl('rollout history deployment/web')).toMatch(/REVISION +CHANGE-CAUSE\n1 .*\n2 /);
      expect(await kubectl('rollout undo deployment/web')).toContain('rolled back');
      expect(await kubectl('rollout status deployment/web --timeout=180s')).toContain('successfully rolled out');
      expect(await kubectl('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('busybox:1.35');
      await kubectl('rollout restart deployment/web');
      expect(await kubectl('rollout status deployment/web --timeout=180s')).toContain('successfully rolled out');
      await kubectl('rollout pause deployment/web');
      await kubectl('rollout resume deployment/web');
    });

    it('labels, annotates, edits, patches and waits', async () => {
      await kubectl('label deployment web tier=front');
      await kubectl('annotate deployment web note=hello');
      expect(await kubectl('get deployment -l tier=front -o jsonpath={.items[0].metadata.annotations.note}')).toBe('hello');
      await kubectl('edit deployment web', { env: { KUBE_EDITOR: "sed -i 's/tier: front/tier: back/'" } });
      expect(await kubectl('get deployment -l tier=back -o name')).toContain('deployment.apps/web');
      await kubectl(['patch', 'deployment', 'web', '--type=json', '-p', '[{"op":"replace","path":"/spec/replicas","value":2}]']);
      await kubectl('wait --for=condition=Available deployment/web --timeout=180s');
      await kubectl('wait --for=jsonpath={.status.readyReplicas}=2 deployment/web --timeout=180s');
    });

    it('knows its resources and explains them', async () => {
      expect(await kubectl('api-resources')).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
      expect(await kubectl('api-versions')).toContain('apps/v1');
      expect(await kubectl('explain deployment.spec.replicas')).toMatch(/replicas/);
      expect(await kubectl('version')).toContain('v1.28');
      expect(await kubectl('cluster-info')).toContain('is running at');
      expect(await kubectl('auth can-i create pods')).toBe('yes\n');
    });

    it('lists events', async () => {
      expect(await kubectl('events')).toMatch(/SuccessfulCreate|ScalingReplicaSet/);
    });

    it('cordons, drains and uncordons the node', async () => {
      explainFailure(kubectl);
      const node = (await kubectl('get nodes -o jsonpath={.items[0].metadata.name}')).trim();
      await kubectl(['cordon', node]);
      try {
        expect(await kubectl(['get', 'node', node])).toContain('SchedulingDisabled');
        await kubectl(['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--pod-selector=app=web', '--timeout=180s']);
        await eventually('the replacement cannot be scheduled', async () => (await kubectl('describe pods -l app=web')).includes('node(s) were unschedulable'));
      } finally {
        await kubectl(['uncordon', node]);
      }
      await kubectl('rollout status deployment/web --timeout=180s');
    });

    it('creates what it deletes', async () => {
      await kubectl('create secret generic made --from-literal=password=s3cret');
      expect(await kubectl('get secret made -o jsonpath={.data.password}')).toBe(Buffer.from('s3cret').toString('base64'));
      await kubectl('create serviceaccount robot');
      expect(await kubectl('create token robot')).toMatch(/^eyJ/);
      await kubectl('create role reader --verb=get,list --resource=pods');
      await kubectl(`create rolebinding reader --role=reader --serviceaccount=${namespace}:robot`);
      expect(await kubectl(`auth can-i list pods --as=system:serviceaccount:${namespace}:robot`)).toBe('yes\n');
      expect((await kubectl.try(`auth can-i delete pods --as=system:serviceaccount:${namespace}:robot`)).out).toBe('no\n');
      await kubectl('delete deployment,service,secret,configmap -l app=web');
      await eventually('the pods of the Deployment are gone', async () => (await kubectl('get pods -l app=web -o name')) === '');
    });
  });
});
