import type { RegistryAuth } from '../cri/cri';
import { namespaceOf, podReference, type KubeletContext, type ReadonlyPod } from './kubelet-context';
import { type DockerConfigEntry, matchingLogins } from './registry-logins';
import { tryGetFresh } from './try-get-fresh';

/** The logins of the image's registry from the pod's imagePullSecrets, in the order in which they are to be tried. */
export async function registryLogins(context: KubeletContext, pod: ReadonlyPod, image: string): Promise<readonly RegistryAuth[]> {
  const names = [...new Set((pod.spec.imagePullSecrets ?? []).map(({ name = '' }) => name))];
  const secrets = await Promise.all(names.map((name) => tryGetFresh(context, 'Secret', { namespace: namespaceOf(pod), name })));
  const missing = names.filter((_, index) => !secrets[index]);
  if (missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`;
    context.events.event(podReference(pod), 'Warning', 'FailedToRetrieveImagePullSecret', message);
  }
  return matchingLogins(image, secrets.flatMap((secret) => (secret ? entriesOf(secret.type, secret.data ?? {}) : [])));
}

/** What a Secret of either type says, by registry. One that cannot be read says nothing. Pure. */
export function entriesOf(type: string | undefined, data: Readonly<Record<string, string>>): readonly (readonly [string, DockerConfigEntry])[] {
  const isOld = type === 'kubernetes.io/dockercfg';
  const encoded = data[isOld ? '.dockercfg' : '.dockerconfigjson'];
  if (!encoded) return [];
  try {
    const parsed = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as Record<string, unknown>;
    return Object.entries((isOld ? parsed : parsed['auths'] ?? {}) as Readonly<Record<string, DockerConfigEntry>>);
  } catch {
    return [];
  }
}
