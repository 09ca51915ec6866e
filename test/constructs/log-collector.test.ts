import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkObjects } from '../../lib/check/check-objects';
import { Image, LogCollector, type LogCollectorOptions, LogOutput, Secrets, SecretValue, type TwelveFactorApp } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const environments = { prod: { namespace: 'logging', createNamespace: true } };
const build = (kind: 'fluentBit' | 'fluentd', options: LogCollectorOptions | ((app: TwelveFactorApp) => LogCollectorOptions)) => synthesize((app) => {
  LogCollector[kind](app, 'collector', typeof options === 'function' ? options(app) : options);
}, { environments });
const containerOf = (objects: readonly any[]) => ofKind(objects, 'DaemonSet').spec.template.spec.containers[0];
const server = { host: 'logs.example.com' };

describe('LogCollector', () => {
  it('reads the logs of every node, and may write only its own folder', () => {
    const objects = build('fluentBit', { outputs: [LogOutput.forward(server)] });
    const { template } = ofKind(objects, 'DaemonSet').spec;
    expect(template.spec.tolerations).toEqual([{ operator: 'Exists' }]);
    expect(template.spec.containers[0].volumeMounts.filter(({ readOnly }: any) => !readOnly)).toEqual([{ name: 'state', mountPath: '/var/lib/log-collector' }]);
    expect(template.spec.volumes.map(({ hostPath }: any) => hostPath?.path)).toEqual([undefined, '/var/lib/logging-shop-collector', '/var/log/containers', '/var/log/pods', '/var/lib/docker/containers']);
    expect(ofKind(objects, 'ClusterRole')).toMatchObject({ metadata: { name: 'logging-shop-collector' }, rules: [{ resources: ['namespaces', 'pods'], verbs: ['get', 'list', 'watch'] }] });
    expect(ofKind(objects, 'ClusterRole').metadata.namespace).toBeUndefined();
    expect(ofKind(objects, 'ClusterRoleBinding').subjects).toEqual([{ kind: 'ServiceAccount', name: 'shop-collector', namespace: 'logging' }]);
    expect(checkObjects(objects)).toEqual([]);
  });

  it('asks for no permission and has no token without metadata', () => {
    const objects = synthesize((app) => LogCollector.fluentBit(app, 'collector', { outputs: [LogOutput.stdout()], metadata: false, everyNode: false }));
    expect(objects.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'DaemonSet', 'ServiceAccount']);
    expect(ofKind(objects, 'DaemonSet').spec.template.spec).toMatchObject({ automountServiceAccountToken: false });
    expect(ofKind(objects, 'DaemonSet').spec.template.spec.tolerations).toBeUndefined();
    expect(ofKind(objects, 'ConfigMap').data['fluent-bit.yaml']).not.toContain('kubernetes');
  });

  it('configures Fluent Bit: what is read, what is known about it, and where it waits', () => {
    const objects = build('fluentBit', { outputs: [LogOutput.forward({ ...server, tls: true })], logDirectory: '/data/log' });
    const { pipeline, service } = parse(ofKind(objects, 'ConfigMap').data['fluent-bit.yaml']);
    expect(pipeline.inputs).toMatchObject([{ 'name': 'tail', 'path': '/data/log/containers/*.log', 'exclude_path': '/data/log/containers/shop-collector-*_fluent-bit-*.log', 'multiline.parser': 'docker, cri', 'storage.type': 'filesystem' }]);
    expect(pipeline.filters).toMatchObject([{ name: 'kubernetes', kube_tag_prefix: 'kube.data.log.containers.' }]);
    expect(pipeline.outputs).toMatchObject([{ 'name': 'forward', 'host': 'logs.example.com', 'port': 24224, 'tls': 'on', 'retry_limit': 'no_limits' }]);
    expect(service).toMatchObject({ 'storage.path': '/var/lib/log-collector/buffer', 'http_port': 2020 });
    expect(containerOf(objects)).toMatchObject({ image: 'fluent/fluent-bit:3.2.4', readinessProbe: { httpGet: { path: '/api/v1/health', port: 'http' } } });
  });

  const outputs: readonly [string, LogOutput, object, string][] = [
    ['stdout', LogOutput.stdout(), { name: 'stdout', format: 'json_lines' }, '@type stdout'],
    ['http', LogOutput.http({ ...server, tls: true, path: '/in', headers: { 'X-Team': 'shop' } }), { name: 'http', port: 443, uri: '/in', header: ['X-Team shop'] }, 'endpoint https://logs.example.com:443/in\n'],
    ['elasticsearch', LogOutput.elasticsearch({ ...server, prefix: 'shop' }), { name: 'es', port: 9200, logstash_prefix: 'shop' }, '@type elasticsearch\n'],
    ['opensearch', LogOutput.opensearch(server), { name: 'opensearch', suppress_type_name: 'on' }, 'logstash_prefix logs\n'],
    ['file', LogOutput.file('/srv/logs'), { name: 'file', path: '/srv/logs' }, 'path /srv/logs/containers\n'],
    ['s3', LogOutput.s3({ bucket: 'b', region: 'eu-west-1', endpoint: 'http://minio:9000' }), { name: 's3', bucket: 'b', endpoint: 'http://minio:9000' }, 's3_endpoint http://minio:9000\n'],
  ];

  it.each(outputs)('sends to %s with Fluent Bit and with Fluentd', (type, output, properties, line) => {
    const bit = build('fluentBit', { outputs: [output] });
    expect(parse(ofKind(bit, 'ConfigMap').data['fluent-bit.yaml']).pipeline.outputs[0]).toMatchObject(properties);
    const fluentd = build('fluentd', { outputs: [output] });
    expect(ofKind(fluentd, 'ConfigMap').data['fluent.conf']).toContain(line);
    expect(containerOf(fluentd).image).toBe(`fluent/fluentd-kubernetes-daemonset:v1.16-debian-${{ elasticsearch: 'elasticsearch8', opensearch: 'opensearch', s3: 's3' }[type] ?? 'forward'}-1`);
    expect([...checkObjects(bit), ...checkObjects(fluentd)]).toEqual([]);
  });

  it('sends to Loki with labels, and to several places', () => {
    const objects = build('fluentBit', { outputs: [LogOutput.loki({ ...server, tenant: 'shop', labels: { team: 'a' } }), LogOutput.stdout()] });
    const [loki, stdout] = parse(ofKind(objects, 'ConfigMap').data['fluent-bit.yaml']).pipeline.outputs;
    expect(loki).toMatchObject({ name: 'loki', tenant_id: 'shop', labels: expect.stringMatching(/^team=a, namespace=\$kubernetes\['namespace_name'\]/) });
    expect(stdout.name).toBe('stdout');
  });

  it('has passwords as variables and not in its configuration', () => {
    const options = (app: TwelveFactorApp): LogCollectorOptions => {
      const secrets = new Secrets(app, 'keys', { PASSWORD: SecretValue.environment('A'), ACCESS: SecretValue.environment('B'), SECRET: SecretValue.environment('C') });
      return {
        image: Image.reference('logs:1'),
        outputs: [
          LogOutput.elasticsearch({ ...server, user: 'shop', password: secrets.value('PASSWORD') }),
          LogOutput.s3({ bucket: 'b', region: 'r', accessKey: secrets.value('ACCESS'), secretKey: secrets.value('SECRET') }),
        ],
      };
    };
    const bit = build('fluentBit', options);
    expect(ofKind(bit, 'ConfigMap').data['fluent-bit.yaml']).toContain('http_passwd: "${SECRET_1}"');
    expect(containerOf(bit).env.map(({ name }: any) => name)).toEqual(['K8S_NODE_NAME', 'SECRET_1', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    const fluentd = build('fluentd', options);
    expect(ofKind(fluentd, 'ConfigMap').data['fluent.conf']).toContain(`password "#{ENV['SECRET_1']}"`);
    expect(containerOf(fluentd).env[1]).toEqual({ name: 'SECRET_1', valueFrom: { secretKeyRef: { name: 'shop-keys', key: 'PASSWORD' } } });
  });

  it('refuses what it cannot do, and says what to do', () => {
    expect(() => synthesize((app) => LogCollector.fluentBit(app, 'collector', { outputs: [LogOutput.stdout()] }))).toThrow(/set environments\.default\.namespace, or metadata: false/);
    expect(() => build('fluentd', { outputs: [LogOutput.loki(server)] })).toThrow(/plugins for loki; give image one of your own, or use LogCollector\.fluentBit/);
    expect(() => build('fluentd', { outputs: [LogOutput.elasticsearch(server), LogOutput.s3({ bucket: 'b', region: 'r' })] })).toThrow(/elasticsearch and s3/);
    expect(() => LogOutput.forward({ host: 'https://logs.example.com' })).toThrow(/write it without https:\/\//);
    expect(() => LogOutput.http({ ...server, user: 'a' })).toThrow(/user and password belong together/);
    expect(() => LogOutput.s3({ bucket: 'b', region: 'r', accessKey: { secret: 'a', key: 'b' } })).toThrow(/accessKey and secretKey/);
    expect(() => LogOutput.file('logs')).toThrow(/absolute path/);
  });
});
