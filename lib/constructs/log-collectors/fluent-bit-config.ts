import { fromSecret, type SecretReference } from '../variables';
import { type CollectorConfig, type CollectorInput, SecretVariables, STATE } from './collector-config';
import type { LogOutputKind, LogServer } from './log-output';

type Properties = Readonly<Record<string, string | number | undefined>>;

/** The configuration of Fluent Bit 3 and newer. @see https://docs.fluentbit.io/manual/administration/configuring-fluent-bit/yaml */
export function fluentBitConfig({ logDirectory, exclude, metadata, outputs }: CollectorInput): CollectorConfig {
  const secrets = new SecretVariables();
  const service: Properties = {
    'flush': 1, 'grace': 5, 'log_level': 'info', 'http_server': 'on', 'http_listen': '0.0.0.0', 'http_port': 2020, 'health_check': 'on',
    'storage.path': `${STATE}/buffer`, 'storage.sync': 'normal', 'storage.backlog.mem_limit': '16M',
  };
  const input: Properties = {
    'name': 'tail', 'tag': 'kube.*', 'path': `${logDirectory}/containers/*.log`, 'exclude_path': exclude, 'multiline.parser': 'docker, cri', 'db': `${STATE}/positions.db`,
    'read_from_head': 'on', 'refresh_interval': 5, 'skip_long_lines': 'on', 'mem_buf_limit': '16M', 'storage.type': 'filesystem',
  };
  const kubernetes: Properties = {
    'name': 'kubernetes', 'match': 'kube.*', 'kube_tag_prefix': `kube.${logDirectory.slice(1).replaceAll('/', '.')}.containers.`, 'merge_log': 'on', 'keep_log': 'off',
    'k8s-logging.parser': 'on', 'k8s-logging.exclude': 'on', 'buffer_size': 0,
  };
  const ends = outputs.map(({ kind }): Properties => ({
    ...(kind.type === 's3' && awsLogin(kind, secrets)),
    ...outputOf(kind, (reference) => `\${${secrets.add(reference)}}`),
    // Until they are sent, lines wait on the node's disk, which this bounds.
    ...(kind.type !== 'stdout' && kind.type !== 'file' && { 'retry_limit': 'no_limits', 'storage.total_limit_size': '256M' }),
  }));
  const text = [
    'service:', ...lines(service, '  '),
    'pipeline:', '  inputs:', ...item(input), ...(metadata ? ['  filters:', ...item(kubernetes)] : []), '  outputs:', ...ends.flatMap(item), '',
  ].join('\n');
  return {
    files: { 'fluent-bit.yaml': text }, folder: '/fluent-bit/etc/twelve', command: ['/fluent-bit/bin/fluent-bit', '-c', '/fluent-bit/etc/twelve/fluent-bit.yaml'],
    health: { port: 2020, path: '/api/v1/health' }, env: secrets.env,
  };
}

/** @param secret what stands for a secret value in the configuration */
function outputOf(kind: LogOutputKind, secret: (reference: SecretReference) => string): Properties {
  const match = { match: 'kube.*' };
  const at = ({ host, port, tls, user, password }: LogServer): Properties => ({
    host, port, ...(tls && { 'tls': 'on', 'tls.verify': 'on' }), ...(user !== undefined && password && { http_user: user, http_passwd: secret(password) }),
  });
  switch (kind.type) {
    case 'stdout': return { name: 'stdout', ...match, format: 'json_lines' };
    case 'file': return { name: 'file', ...match, path: kind.folder, mkdir: 'on' };
    case 'http': return { name: 'http', ...match, ...at(kind.server), uri: kind.path, format: 'json_lines', json_date_format: 'iso8601', ...headers(kind.headers) };
    case 'forward': return { name: 'forward', ...match, ...at(kind.server), ...(kind.sharedKey && { shared_key: secret(kind.sharedKey) }) };
    case 'elasticsearch':
    case 'opensearch': return { name: kind.type === 'opensearch' ? 'opensearch' : 'es', ...match, ...at(kind.server), logstash_format: 'on', logstash_prefix: kind.prefix, replace_dots: 'on', suppress_type_name: 'on' };
    case 'loki': return {
      name: 'loki', ...match, ...at(kind.server), tenant_id: kind.tenant, line_format: 'json',
      labels: [...Object.entries(kind.labels).map(([name, value]) => `${name}=${value}`), "namespace=$kubernetes['namespace_name']", "pod=$kubernetes['pod_name']", "container=$kubernetes['container_name']"].join(', '),
    };
    case 's3': return {
      name: 's3', ...match, bucket: kind.bucket, region: kind.region, endpoint: kind.endpoint, store_dir: `${STATE}/s3`, use_put_object: 'on', total_file_size: '32M', upload_timeout: '5m',
      s3_key_format: `/${kind.prefix}/%Y/%m/%d/%H%M%S-$UUID`,
    };
  }
}

/** Amazon's library in it reads them from the environment only. */
function awsLogin({ accessKey, secretKey }: Extract<LogOutputKind, { readonly type: 's3' }>, secrets: SecretVariables): Properties {
  if (accessKey && secretKey) secrets.env.push(fromSecret('AWS_ACCESS_KEY_ID', accessKey), fromSecret('AWS_SECRET_ACCESS_KEY', secretKey));
  return {};
}

/** The one property that may be there several times: a list. */
const headers = (given: Readonly<Record<string, string>>): Properties => Object.fromEntries(Object.entries(given).map(([name, value], index) => [`header ${index}`, `${name} ${value}`]));

const item = (properties: Properties): readonly string[] => lines(properties, '      ').map((line, index) => (index === 0 ? line.replace('      ', '    - ') : line));

/** Text is quoted as JSON, which is YAML as well. */
function lines(properties: Properties, indent: string): readonly string[] {
  const plain = Object.entries(properties).filter(([name, value]) => value !== undefined && !name.startsWith('header '));
  const all = Object.entries(properties).filter(([name]) => name.startsWith('header '));
  return [
    ...plain.map(([name, value]) => `${indent}${name}: ${JSON.stringify(value)}`),
    ...(all.length > 0 ? [`${indent}header:`, ...all.map(([, value]) => `${indent}  - ${JSON.stringify(value)}`)] : []),
  ];
}
