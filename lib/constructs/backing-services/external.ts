import { checkPort } from '../ports';
import { SecretValue } from '../secret-value';
import type { SecretReference } from '../variables';
import { variablePrefix, variableSuffix } from './parts';

/** A secret that the application is given: where its value comes from, or where it is in the cluster. */
export type GivenSecret = SecretValue | SecretReference;

/** A service that somebody else runs. */
export interface ExternalOptions {
  /** Its address: `db.internal`, `db.internal:5433`. @default none: a container runs it */
  readonly external: string;
  /** Its password: a `SecretValue`, or `new Secrets(…).value('NAME')`. @default SecretValue.environment('<ID>_PASSWORD') */
  readonly password?: GivenSecret;
  /** The connection is encrypted: the URL says so in the way of its scheme. @default false */
  readonly tls?: boolean;
}

/** One form or the other, never options of both. */
export type Either<Container, External> = (Container & Never<External, Container>) | (External & Never<Container, External>);
type Never<Excluded, Kept> = { readonly [Name in Exclude<keyof Excluded, keyof Kept>]?: undefined };

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Host and port of an external service. */
export function parseAddress(what: string, external: string, defaultPort: number): Address {
  const match = /^([a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?)(?::(\d+))?$/.exec(external);
  if (!match) throw new Error(`${what}: "${external}" is not an address; write host or host:port`);
  const [, host, , port] = match;
  return { host, port: port === undefined ? defaultPort : checkPort(what, Number(port)) };
}

/** Options that only a container has, and what they would mean for a service that is not ours; and the other way round. */
const OF_CONTAINERS = ['image', 'storage', 'resources'] as const;
const OF_EXTERNAL = ['password', 'tls', 'accessKey', 'secretKey', 'secrets'] as const;

/** Programs in JavaScript are not stopped by the types. */
export function checkForm(what: string, options: object): void {
  const external = 'external' in options ? options.external : undefined;
  const given = (name: string) => (options as Readonly<Record<string, unknown>>)[name] !== undefined;
  const alien = (external ? OF_CONTAINERS : OF_EXTERNAL).find(given);
  if (!alien) return;
  throw new Error(external
    ? `${what}: ${alien} is for a container and ${String(external)} is not ours; leave it out`
    : `${what}: ${alien} is for an external service, a container's secrets are generated; leave it out, or name the external address it belongs to`);
}

/** The secret of an external service, by default an environment variable of whoever runs `twelve apply`. */
export const givenSecret = (id: string, part: string, given?: GivenSecret): GivenSecret => given ?? SecretValue.environment(`${variablePrefix(id)}_${variableSuffix(part)}`);
