import { checkPort } from '../ports';
import type { SecretReference } from '../variables';

export interface ExternalOptions {
  /** Address outside of the application: `db.internal` or `db.internal:3306`. @default none: a container runs it */
  readonly external: string;
  /** Its password: `new Secrets(…).value('DB_PASSWORD')`. */
  readonly password: SecretReference;
}

export interface External {
  address(defaultPort: number): { readonly host: string; readonly port: number };
  readonly password: SecretReference;
}

/** Options that only a container has, and what they would mean for a service that is not ours. */
const OF_CONTAINERS = ['image', 'storage', 'resources'] as const;

/** The external service that the options name, or undefined for a container. */
export function checkExternal(kind: string, id: string, options: Partial<ExternalOptions> & { readonly image?: unknown }): External | undefined {
  const { external, password } = options;
  const what = `BackingService.${kind} "${id}"`;
  if (!external) {
    if (password) throw new Error(`${what}: a container's password is generated; leave password out, or name the external address it belongs to`);
    return undefined;
  }
  const extra = OF_CONTAINERS.find((name) => name in options);
  if (extra) throw new Error(`${what}: ${extra} is for a container and ${external} is not ours; leave it out`);
  if (!password) throw new Error(`${what}: the password of ${external} is needed; for example password: secrets.value('DB_PASSWORD') of a Secrets`);
  const match = /^([a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?)(?::(\d+))?$/.exec(external);
  if (!match) throw new Error(`${what}: "${external}" is not an address; write host or host:port`);
  const [, host, , port] = match;
  return { password, address: (defaultPort) => ({ host, port: port === undefined ? defaultPort : checkPort(what, Number(port)) }) };
}
