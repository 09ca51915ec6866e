import type { RegistryAuth } from '../cri/cri';

/** One registry in a Docker configuration. */
export interface DockerConfigEntry {
  readonly username?: string;
  readonly password?: string;
  /** `username:password` in base64. */
  readonly auth?: string;
  readonly identitytoken?: string;
}

const DEFAULT_REGISTRY = 'index.docker.io';

/**
 * The logins whose registry is that of the image, the most specific path first. Parts of a host name may be patterns (`*.example.com`), a path must begin
 * the image's. Pure. Follows pkg/credentialprovider/keyring.go.
 */
export function matchingLogins(image: string, entries: readonly (readonly [string, DockerConfigEntry])[]): readonly RegistryAuth[] {
  const logins = entries.map(([registry, entry]) => ({ location: locationOf(registry), entry })).sort((a, b) => (a.location < b.location ? 1 : a.location > b.location ? -1 : 0));
  const wanted = split(image);
  const matching = logins.filter(({ location }) => matches(split(location), wanted));
  const chosen = matching.length > 0 || !isDefaultRegistry(image) ? matching : logins.filter(({ location }) => location === DEFAULT_REGISTRY);
  return chosen.map(({ location, entry }) => toAuth(location, entry));
}

/** `https://registry.example.com/v2/` is `registry.example.com`; a path below that stays. */
function locationOf(registry: string): string {
  const [host = '', ...path] = registry.replace(/^https?:\/\//, '').split('/');
  const below = (/^v[12]$/.test(path[0] ?? '') ? path.slice(1) : path).join('/');
  return below === '' ? host : `${host}/${below}`;
}

interface Location {
  readonly hostParts: readonly string[];
  readonly port: string;
  readonly path: string;
}

function split(text: string): Location {
  const slash = text.indexOf('/');
  const [host = '', port = ''] = (slash < 0 ? text : text.slice(0, slash)).split(':');
  return { hostParts: host.split('.'), port, path: slash < 0 ? '' : text.slice(slash) };
}

function matches(pattern: Location, wanted: Location): boolean {
  return pattern.hostParts.length === wanted.hostParts.length && pattern.port === wanted.port && wanted.path.startsWith(pattern.path)
    && pattern.hostParts.every((part, index) => toExpression(part).test(wanted.hostParts[index] ?? ''));
}

const toExpression = (glob: string) => new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`);

/** `nginx`, `team/nginx` and `docker.io/…`: no registry of its own. */
function isDefaultRegistry(image: string): boolean {
  const [first = '', ...rest] = image.split('/');
  return rest.length === 0 || first === 'docker.io' || first === DEFAULT_REGISTRY || (!/[.:]/.test(first) && first !== 'localhost');
}

function toAuth(location: string, { username, password, auth, identitytoken }: DockerConfigEntry): RegistryAuth {
  const decoded = auth ? Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '') : '';
  const colon = decoded.indexOf(':');
  return {
    username: colon > 0 ? decoded.slice(0, colon) : username,
    password: colon > 0 ? decoded.slice(colon + 1) : password,
    serverAddress: location === DEFAULT_REGISTRY ? `https://${DEFAULT_REGISTRY}/v1/` : location,
    ...(identitytoken && { identityToken: identitytoken }),
  };
}
