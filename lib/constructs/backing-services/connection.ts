import { checkVariable } from '../names';
import type { k8s } from '../kubernetes';
import { fromConfigMap, fromSecret, type SecretReference } from '../variables';

/** How to reach a backing service, and where in the cluster each part is kept. */
export interface Connection {
  readonly scheme: 'mysql' | 'redis';
  readonly host: string;
  readonly port: number;
  /** @default the service knows no users */
  readonly user?: string;
  /** The database. @default the service knows no databases */
  readonly name?: string;
  /** Holds host, port, user and name. */
  readonly configMap: string;
  readonly password: SecretReference;
}

export type ConnectionPart = 'host' | 'port' | 'user' | 'password' | 'name' | 'url';

/** Names of the injected variables. What is left out is not injected. @default `<ID>_HOST`, `_PORT`, `_USER`, `_PASSWORD`, `_NAME` and `_URL` */
export type VariableNames = Readonly<Partial<Record<ConnectionPart, string>>>;

const ORDER: readonly ConnectionPart[] = ['host', 'port', 'user', 'password', 'name', 'url'];

/** The variables of a connection, the URL last because it is composed of the others. */
export function connectionVariables(what: string, id: string, connection: Connection, names?: VariableNames): readonly k8s.EnvVar[] {
  const parts = ORDER.filter((part) => part === 'url' || part === 'password' || connection[part] !== undefined);
  const prefix = id.toUpperCase().replaceAll('-', '_');
  const chosen: VariableNames = names ?? Object.fromEntries(parts.map((part) => [part, `${prefix}_${part.toUpperCase()}`]));
  for (const part of Object.keys(chosen)) {
    if (!parts.some((known) => known === part)) throw new Error(`${what}: variables.${part} does not exist for ${connection.scheme}; there are ${parts.join(', ')}`);
  }
  return parts.flatMap((part) => {
    const name = chosen[part];
    if (name === undefined) return [];
    checkVariable(what, name);
    if (part === 'url') return [{ name, value: url(what, connection, chosen) }];
    return [part === 'password' ? fromSecret(name, connection.password) : fromConfigMap(name, connection.configMap, part)];
  });
}

/** Composed by the kubelet (`$(NAME)`), so that the password stays in its Secret. */
function url(what: string, { scheme, host, port, user, name }: Connection, names: VariableNames): string {
  if (!names.password) throw new Error(`${what}: the variable of the URL is composed of the password's; add variables.password`);
  return `${scheme}://${user ?? ''}:$(${names.password})@${host}:${port}${name ? `/${name}` : ''}`;
}
