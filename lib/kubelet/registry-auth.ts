import type { RegistryAuth } from '../cri/cri';
import { namespaceOf, type KubeletContext, type ReadonlyPod } from './kubelet-context';
import { tryGetFresh } from './try-get-fresh';

interface DockerConfigEntry {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly identitytoken?: string;
}

/** The login of the image's registry from the pod's imagePullSecrets; the longest matching entry wins. */
export async function registryAuth(context: KubeletContext, pod: ReadonlyPod, image: string): Promise<RegistryAuth | undefined> {
  const secrets = await Promise.all((pod.spec.imagePullSecrets ?? []).map(({ name = '' }) => tryGetFresh(context, 'Secret', { namespace: namespaceOf(pod), name })));
  const entries = secrets.flatMap((secret) => Object.entries(readAuths(secret?.data ?? {})));
  const wanted = qualify(image);
  const [best] = entries.map(([registry, entry]) => ({ registry: normalize(registry), entry }))
    .filter(({ registry }) => wanted === registry || wanted.startsWith(`${registry}/`))
    .sort((a, b) => b.registry.length - a.registry.length);
  return best && toAuth(best.registry, best.entry);
}

function readAuths(data: Readonly<Record<string, string>>): Readonly<Record<string, DockerConfigEntry>> {
  const encoded = data['.dockerconfigjson'] ?? data['.dockercfg'];
  if (!encoded) return {};
  try {
    const parsed = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as { auths?: Record<string, DockerConfigEntry> } & Record<string, DockerConfigEntry>;
    return parsed.auths ?? parsed;
  } catch {
    return {};
  }
}

/** `nginx` is `docker.io/library/nginx`. Pure. */
export function qualify(image: string): string {
  const [first] = image.split('/');
  const hasRegistry = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const withRegistry = hasRegistry ? image : `docker.io/${image.includes('/') ? image : `library/${image}`}`;
  return withRegistry.replace(/@.*$/, '').replace(/:[^/]*$/, '');
}

function normalize(registry: string): string {
  const bare = registry.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '');
  return bare === 'index.docker.io' || bare === 'registry-1.docker.io' ? 'docker.io' : bare;
}

function toAuth(registry: string, { username, password, auth, identitytoken }: DockerConfigEntry): RegistryAuth {
  const decoded = auth ? Buffer.from(auth, 'base64').toString('utf8') : '';
  const colon = decoded.indexOf(':');
  return {
    username: username ?? (colon > 0 ? decoded.slice(0, colon) : undefined),
    password: password ?? (colon > 0 ? decoded.slice(colon + 1) : undefined),
    serverAddress: registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry,
    ...(identitytoken && { identityToken: identitytoken }),
  };
}
