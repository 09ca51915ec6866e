import type { SecretReference } from '../variables';
import { type CollectorConfig, type CollectorInput, SecretVariables, STATE } from './collector-config';
import type { LogOutputKind, LogServer } from './log-output';

/** A section of Fluentd's configuration: `<name argument>`. */
interface Section {
  readonly name: string;
  readonly argument?: string;
  readonly values?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly sections?: readonly Section[];
}

/** The configuration of Fluentd 1.16 with the plugins of its image for DaemonSets. @see https://docs.fluentd.org/configuration/config-file */
export function fluentdConfig({ logDirectory, exclude, metadata, outputs }: CollectorInput): CollectorConfig {
  const secrets = new SecretVariables();
  const secret = (reference: SecretReference) => `"#{ENV['${secrets.add(reference)}']}"`;
  const sections: readonly Section[] = [
    { name: 'source', values: { '@type': 'monitor_agent', 'bind': '0.0.0.0', 'port': 24220 } },
    source(logDirectory, exclude),
    // A long line comes in parts from containerd and CRI-O.
    { name: 'filter', argument: 'kubernetes.**', values: { '@type': 'concat', 'key': 'log', 'use_partial_cri_logtag': true, 'partial_cri_logtag_key': 'logtag', 'partial_cri_stream_key': 'stream' } },
    ...(metadata ? [{ name: 'filter', argument: 'kubernetes.**', values: { '@type': 'kubernetes_metadata', 'watch': true } }] : []),
    { name: 'match', argument: 'kubernetes.**', values: { '@type': 'copy' }, sections: outputs.map(({ kind }, index) => store(kind, index, secret)) },
  ];
  return { files: { 'fluent.conf': sections.flatMap((section) => print(section)).join('\n') + '\n' }, folder: '/fluentd/etc', health: { port: 24220, path: '/api/plugins.json' }, env: secrets.env };
}

function source(logDirectory: string, exclude: string): Section {
  const cri = { format: 'regexp', expression: '/^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP]) (?<log>.*)$/', time_format: '%Y-%m-%dT%H:%M:%S.%N%:z' };
  const docker = { format: 'json', time_key: 'time', time_format: '%Y-%m-%dT%H:%M:%S.%NZ' };
  return {
    name: 'source',
    values: {
      '@type': 'tail', 'path': `${logDirectory}/containers/*.log`, 'exclude_path': JSON.stringify([exclude]), 'pos_file': `${STATE}/positions`, 'tag': 'kubernetes.*', 'read_from_head': true,
      'follow_inodes': true, 'refresh_interval': 5,
    },
    sections: [{ name: 'parse', values: { '@type': 'multi_format' }, sections: [{ name: 'pattern', values: docker }, { name: 'pattern', values: cri }] }],
  };
}

function store(kind: LogOutputKind, index: number, secret: (reference: SecretReference) => string): Section {
  const { values, sections = [] } = outputOf(kind, secret);
  // Until they are sent, lines wait on the node's disk, which this bounds; the oldest go first.
  const buffer: Section = {
    name: 'buffer', ...(kind.type === 's3' || kind.type === 'file' ? { argument: 'time' } : {}),
    values: {
      '@type': 'file', 'path': `${STATE}/buffer-${index}`, ...(kind.type === 's3' || kind.type === 'file' ? { timekey: 300, timekey_wait: '10s' } : { flush_interval: '1s' }),
      'total_limit_size': '256m', 'overflow_action': 'drop_oldest_chunk', 'retry_forever': true, 'retry_max_interval': '30s',
    },
  };
  return { name: 'store', values, sections: [...sections, ...(kind.type === 'stdout' ? [] : [buffer])] };
}

function outputOf(kind: LogOutputKind, secret: (reference: SecretReference) => string): Pick<Section, 'values' | 'sections'> {
  const login = ({ user, password }: LogServer) => (user !== undefined && password ? { user, password: secret(password) } : {});
  const url = ({ tls, host, port }: LogServer, path = '') => `http${tls ? 's' : ''}://${host}:${port}${path}`;
  switch (kind.type) {
    case 'stdout': return { values: { '@type': 'stdout' }, sections: [{ name: 'format', values: { '@type': 'json' } }] };
    case 'file': return { values: { '@type': 'file', 'path': `${kind.folder}/containers`, 'append': true }, sections: [{ name: 'format', values: { '@type': 'json' } }] };
    case 'http': return {
      values: { '@type': 'http', 'endpoint': url(kind.server, kind.path), 'content_type': 'application/x-ndjson', ...(Object.keys(kind.headers).length > 0 && { headers: JSON.stringify(kind.headers) }) },
      sections: [
        { name: 'format', values: { '@type': 'json' } },
        ...(kind.server.user !== undefined && kind.server.password ? [{ name: 'auth', values: { method: 'basic', username: kind.server.user, password: secret(kind.server.password) } }] : []),
      ],
    };
    case 'forward': return {
      values: { '@type': 'forward', ...(kind.server.tls && { transport: 'tls' }) },
      sections: [
        { name: 'server', values: { host: kind.server.host, port: kind.server.port } },
        ...(kind.sharedKey ? [{ name: 'security', values: { self_hostname: '"#{ENV[\'K8S_NODE_NAME\']}"', shared_key: secret(kind.sharedKey) } }] : []),
      ],
    };
    case 'elasticsearch':
    case 'opensearch': return {
      values: {
        '@type': kind.type, 'host': kind.server.host, 'port': kind.server.port, 'scheme': kind.server.tls ? 'https' : 'http', ...login(kind.server),
        'logstash_format': true, 'logstash_prefix': kind.prefix, 'suppress_type_name': true, 'reload_connections': false, 'reconnect_on_error': true,
      },
    };
    case 'loki': return {
      values: {
        '@type': 'loki', 'url': url(kind.server), ...(kind.server.user !== undefined && kind.server.password && { username: kind.server.user, password: secret(kind.server.password) }),
        'tenant': kind.tenant, 'extra_labels': JSON.stringify(kind.labels),
      },
      sections: [{ name: 'label', values: { namespace: '$.kubernetes.namespace_name', pod: '$.kubernetes.pod_name', container: '$.kubernetes.container_name' } }],
    };
    case 's3': return {
      values: {
        '@type': 's3', 's3_bucket': kind.bucket, 's3_region': kind.region, ...(kind.endpoint !== undefined && { s3_endpoint: kind.endpoint, force_path_style: true }),
        ...(kind.accessKey && kind.secretKey && { aws_key_id: secret(kind.accessKey), aws_sec_key: secret(kind.secretKey) }), 'path': `${kind.prefix}/%Y/%m/%d/`, 's3_object_key_format': '%{path}%{time_slice}-%{uuid_flush}.%{file_extension}',
      },
      sections: [{ name: 'format', values: { '@type': 'json' } }],
    };
  }
}

function print({ name, argument, values = {}, sections = [] }: Section, indent = ''): readonly string[] {
  return [
    `${indent}<${name}${argument === undefined ? '' : ` ${argument}`}>`,
    ...Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [`${indent}  ${key} ${value}`])),
    ...sections.flatMap((section) => print(section, `${indent}  `)),
    `${indent}</${name}>`,
  ];
}
