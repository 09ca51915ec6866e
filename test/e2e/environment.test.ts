import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { configMap, PodCases, podOf, secret, stays } from './harness/pods';

describe.skipIf(!defaultKubectl)('environment', () => {
  const { kubectl, namespace } = useNamespace('environment');
  const pods = new PodCases(kubectl);

  beforeAll(() => pods.create(
    configMap('settings', { 'COLOUR': 'blue', 'SIZE': 'large', '1bad': 'x' }),
    secret('login', { USER: 'anna', PASSWORD: 'a=b$(COLOUR)\n"quoted"' }),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'my-db' }, spec: { selector: { app: 'db' }, ports: [{ name: 'sql', port: 5432 }, { name: 'admin-ui', port: 8080, targetPort: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'headless' }, spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 1 }] } },
    podOf('env', {
      serviceAccountName: 'default',
      containers: [stays('true', {
        resources: { requests: { 'cpu': '250m', 'memory': '16Mi', 'ephemeral-storage': '10Mi' }, limits: { cpu: '1500m', memory: '64Mi' } },
        envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'DB_', secretRef: { name: 'login' } }, { configMapRef: { name: 'not-there', optional: true } }],
        env: [
          { name: 'SIZE', value: 'small' },
          { name: 'BOTH', value: '$(COLOUR)-$(SIZE)' },
          { name: 'ESCAPED', value: '$$(COLOUR) $(UNKNOWN) $$$(COLOUR) $COLOUR' },
          { name: 'LATER', value: '$(LAST)' },
          { name: 'LAST', value: 'z' },
          { name: 'SERVICE', value: 'http://$(MY_DB_SERVICE_HOST):$(MY_DB_SERVICE_PORT_ADMIN_UI)' },
          { name: 'KEY', valueFrom: { configMapKeyRef: { name: 'settings', key: 'COLOUR' } } },
          { name: 'NO_KEY', valueFrom: { configMapKeyRef: { name: 'settings', key: 'nothing', optional: true } } },
          { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'login', key: 'PASSWORD' } } },
          { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
          { name: 'UID_OF_POD', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
          { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: 'metadata.labels[\'app\']' } } },
          { name: 'ANNOTATION', valueFrom: { fieldRef: { fieldPath: 'metadata.annotations[\'example.com/note\']' } } },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'ACCOUNT', valueFrom: { fieldRef: { fieldPath: 'spec.serviceAccountName' } } },
          { name: 'HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'POD_IPS', valueFrom: { fieldRef: { fieldPath: 'status.podIPs' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          { name: 'MILLI_CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor: '1m' } } },
          { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
          { name: 'MEBIBYTES', valueFrom: { resourceFieldRef: { resource: 'requests.memory', divisor: '1Mi' } } },
          { name: 'STORAGE', valueFrom: { resourceFieldRef: { resource: 'requests.ephemeral-storage' } } },
        ],
      })],
    }, { labels: { app: 'shop' }, annotations: { 'example.com/note': 'a "note"' } }),
    podOf('no-links', { enableServiceLinks: false, containers: [stays('true')] }),
    podOf('unlimited', { containers: [stays('true', { env: [{ name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }, { name: 'REQUEST', valueFrom: { resourceFieldRef: { resource: 'requests.cpu' } } }] })] }),
    podOf('no-config-map', { containers: [stays('true', { envFrom: [{ configMapRef: { name: 'late' } }] })] }),
    podOf('no-secret', { containers: [stays('true', { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'nowhere', key: 'k' } } }] })] }),
    podOf('no-key', { containers: [stays('true', { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'settings', key: 'shape' } } }] })] }),
    podOf('no-secret-key', { containers: [stays('true', { env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'login', key: 'shape' } } }] })] }),
  ));

  const variables = async (name: string) => {
    const entries = (await pods.exec(name, 'tr "\\0" "\\1" < /proc/1/environ')).split('\x01').filter(Boolean).map((entry): [string, string] => [entry.split('=')[0], entry.split('=').slice(1).join('=')]);
    return Object.fromEntries(entries);
  };

  it('comes from values, ConfigMaps, Secrets and fields, each able to use those before', async () => {
    explainFailure(kubectl);
    const pod = await pods.running('env');
    expect(await variables('env')).toMatchObject({
      COLOUR: 'blue', SIZE: 'small', BOTH: 'blue-small', ESCAPED: '$(COLOUR) $(UNKNOWN) $blue $COLOUR', LATER: '$(LAST)', LAST: 'z',
      DB_USER: 'anna', DB_PASSWORD: 'a=b$(COLOUR)\n"quoted"', KEY: 'blue', SECRET: 'a=b$(COLOUR)\n"quoted"',
      NAME: 'env', NAMESPACE: namespace, UID_OF_POD: pod.metadata.uid, LABEL: 'shop', ANNOTATION: 'a "note"', NODE: pod.spec.nodeName, ACCOUNT: 'default',
      HOST_IP: pod.status?.hostIP, POD_IP: pod.status?.podIP, POD_IPS: pod.status?.podIP,
      CPU: '2', MILLI_CPU: '250', MEMORY: String(64 * 1024 * 1024), MEBIBYTES: '16', STORAGE: String(10 * 1024 * 1024),
      HOSTNAME: 'env',
    });
    expect(await variables('env')).not.toHaveProperty('NO_KEY');
  });

  it('has the addresses of Services in both forms', async () => {
    await pods.running('env');
    const host = (await kubectl('get service my-db -o jsonpath={.spec.clusterIP}')).trim();
    const found = await variables('env');
    expect(found).toMatchObject({
      MY_DB_SERVICE_HOST: host, MY_DB_SERVICE_PORT: '5432', MY_DB_SERVICE_PORT_SQL: '5432', MY_DB_SERVICE_PORT_ADMIN_UI: '8080',
      MY_DB_PORT: `tcp://${host}:5432`, MY_DB_PORT_5432_TCP: `tcp://${host}:5432`, MY_DB_PORT_5432_TCP_PROTO: 'tcp', MY_DB_PORT_5432_TCP_PORT: '5432', MY_DB_PORT_5432_TCP_ADDR: host,
      MY_DB_PORT_53_UDP: `udp://${host}:53`, MY_DB_PORT_53_UDP_PROTO: 'udp', SERVICE: `http://${host}:8080`, KUBERNETES_SERVICE_PORT_HTTPS: '443',
    });
    expect(Object.keys(found).filter((name) => name.startsWith('HEADLESS'))).toEqual([]);
  });

  it('has only the API server without service links', async () => {
    await pods.running('no-links');
    const found = await variables('no-links');
    expect(found).toHaveProperty('KUBERNETES_SERVICE_HOST');
    expect(Object.keys(found).filter((name) => name.startsWith('MY_DB'))).toEqual([]);
  });

  it('shows what the node has where there is no limit', async () => {
    const pod = await pods.running('unlimited');
    const node = JSON.parse(await kubectl(['get', 'node', pod.spec.nodeName ?? '', '-o', 'json'])) as { status: { allocatable: Record<string, string> } };
    const { cpu } = node.status.allocatable;
    expect(await variables('unlimited')).toMatchObject({ CPU: String(Math.ceil(cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu))), REQUEST: '0' });
  });

  it('leaves out what is no name of a variable, and says so', async () => {
    await pods.running('env');
    await pods.event('env', 'InvalidEnvironmentVariableNames', `Keys [1bad] from the EnvFrom configMap ${namespace}/settings were skipped since they are considered invalid environment variable names.`);
  });

  it.each([
    ['no-config-map', () => 'configmap "late" not found'],
    ['no-secret', () => 'secret "nowhere" not found'],
    ['no-key', () => `couldn't find key shape in ConfigMap ${namespace}/settings`],
    ['no-secret-key', () => `couldn't find key shape in Secret ${namespace}/login`],
  ])('%s keeps the container from being made', async (name, message) => {
    expect((await pods.waiting(name, 'CreateContainerConfigError')).message).toBe(message());
    await pods.event(name, 'Failed', `Error: ${message()}`);
  });

  it('goes on when what was missing is there', async () => {
    await pods.waiting('no-config-map', 'CreateContainerConfigError');
    await pods.create(configMap('late', { A: 'b' }));
    await pods.running('no-config-map');
    expect(await variables('no-config-map')).toMatchObject({ A: 'b' });
  });

  it.each([
    ['a field that is not offered', { name: 'X', valueFrom: { fieldRef: { fieldPath: 'spec.restartPolicy' } } }, 'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "spec.restartPolicy"'],
    ['a name that starts with a digit', { name: '1A', value: 'x' }, 'spec.containers[0].env[0].name: Invalid value: "1A"'],
    ['a value and a source', { name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, 'may not be specified when `value` is not empty'],
  ])('%s is refused', async (_, variable, message) => {
    expect(await pods.refusal(podOf('refused', { containers: [{ env: [variable] }] }))).toContain(message);
  });
});
