import type { Construct } from 'constructs';
import { Health } from '../health';
import { Image } from '../image';
import type { k8s } from '../kubernetes';
import { objectName } from '../object-name';
import { SecretValue } from '../secret-value';
import type { BackupOptions } from './backup/backup-options';
import { remoteVariables } from './backup/object-storage';
import type { AttachOptions, Built } from './built';
import { Connection } from './connection';
import { type Address, checkForm, type Either, type GivenSecret, givenSecret } from './external';
import { type Parts, template } from './parts';
import { runServer, type ServerParts, type StatefulOptions, stopWithin } from './server';

export type S3Part = 'endpoint' | 'bucket' | 'accessKey' | 'secretKey' | 'region' | 'url';

interface CommonOptions extends AttachOptions<S3Part> {
  /** Its name. A container makes it, outside it must exist. @default app */
  readonly bucket?: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** Adds the names that Amazon's libraries read by themselves: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and `AWS_ENDPOINT_URL_S3`. @default false */
  readonly awsNames?: boolean;
  /** Copies the bucket regularly. @default never */
  readonly backup?: BackupOptions;
}

export interface S3ExternalOptions {
  /** Its address: `https://s3.eu-central-1.amazonaws.com`. @default none: a container runs it */
  readonly external: string;
  /** @default SecretValue.environment('<ID>_ACCESS_KEY') */
  readonly accessKey?: GivenSecret;
  /** @default SecretValue.environment('<ID>_SECRET_KEY') */
  readonly secretKey?: GivenSecret;
}

/** Image: versity/versitygw:v1.8.0. */
export type S3Options = Either<CommonOptions & StatefulOptions, CommonOptions & S3ExternalOptions>;

const KNOWN_PORT = 7070;

export function buildS3(self: Construct, options: S3Options): Built {
  const { id } = self.node;
  const what = `BackingService.s3 "${id}"`;
  checkForm(what, options);
  const { external, bucket = 'app', region = 'us-east-1' } = options;
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket)) throw new Error(`${what}: "${bucket}" is not a bucket's name; use 3 to 63 of a-z, 0-9 and -`);
  const { endpoint, ...address } = external === undefined ? containerEndpoint(self) : parseEndpoint(what, external);
  const keys: Parts = external === undefined
    ? { accessKey: id, secretKey: SecretValue.generated() }
    : { accessKey: givenSecret(id, 'accessKey', options.accessKey), secretKey: givenSecret(id, 'secretKey', options.secretKey) };
  const connection = Connection.keep(self, { endpoint, bucket, ...keys, region, url: template(`${endpoint}/${bucket}`) });
  const server = external === undefined ? runServer(self, 's3', s3Server(options, bucket, connection)) : undefined;
  const objectStorage = { bucket, variables: (remote: string) => remoteVariables(connection, remote) };
  return {
    type: 's3', connection, address, knownPort: KNOWN_PORT, server, objectStorage,
    more: options.awsNames ? awsVariables(connection) : [],
    dump: { image: 'transfer', copies: objectStorage },
  };
}

function s3Server({ image, storage, resources }: StatefulOptions, bucket: string, connection: Connection): ServerParts {
  return {
    image: image ?? Image.reference('versity/versitygw:v1.8.0'),
    ports: [{ name: 'service', port: KNOWN_PORT }],
    dataFolder: '/data',
    // A bucket is a folder; its metadata lie beside it, because not every volume has extended attributes.
    command: ['sh', '-c', `mkdir -p /data/buckets/${bucket} /data/metadata && exec /app/versitygw posix --sidecar /data/metadata /data/buckets`],
    storage, resources,
    env: [
      connection.variable('ROOT_ACCESS_KEY', 'accessKey'),
      connection.variable('ROOT_SECRET_KEY', 'secretKey'),
      connection.variable('VGW_REGION', 'region'),
      { name: 'VGW_PORT', value: `:${KNOWN_PORT}` },
      { name: 'VGW_HEALTH', value: '/health' },
    ],
    health: Health.http('/health'),
    shutdown: stopWithin(30),
    restricted: { user: 1000, writable: ['/tmp'] },
  };
}

function containerEndpoint(self: Construct): Address & { readonly endpoint: string } {
  const host = objectName(self);
  return { host, port: KNOWN_PORT, endpoint: `http://${host}:${KNOWN_PORT}` };
}

function parseEndpoint(what: string, external: string): Address & { readonly endpoint: string } {
  const match = /^(https?):\/\/([a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?)(?::(\d+))?\/?$/.exec(external);
  if (!match) throw new Error(`${what}: "${external}" is not an endpoint; write https://host or http://host:port`);
  const [, scheme, host, , port] = match;
  return { host, port: Number(port ?? (scheme === 'https' ? 443 : 80)), endpoint: external.replace(/\/$/, '') };
}

const awsVariables = (connection: Connection): readonly k8s.EnvVar[] => [
  connection.variable('AWS_ACCESS_KEY_ID', 'accessKey'),
  connection.variable('AWS_SECRET_ACCESS_KEY', 'secretKey'),
  connection.variable('AWS_REGION', 'region'),
  connection.variable('AWS_ENDPOINT_URL_S3', 'endpoint'),
];
