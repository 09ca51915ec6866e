import { randomSuffix } from '../random-suffix';
import { forbidden } from '../../api/status-error';
import type { Pod, ServiceAccount, Volume } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { AdmissionStep } from './admission-step';
import { PODS, tryCreatedPod } from './is-pod';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const MIRROR = 'kubernetes.io/config.mirror';

/** Every pod runs as a ServiceAccount of its namespace, and gets that account's token as files. */
export function serviceAccount({ random }: { readonly random: () => number }): AdmissionStep {
  return {
    name: 'ServiceAccount',

    admit(request) {
      const pod = tryCreatedPod(request);
      if (!pod || pod.metadata.annotations?.[MIRROR]) return;
      const name = pod.spec.serviceAccountName || 'default';
      pod.spec.serviceAccountName = pod.spec.serviceAccount = name;
      const account = request.reader.tryGet('ServiceAccount', { namespace: request.namespace, name });
      if (!account) throw forbidden(PODS, pod.metadata.name ?? '', `error looking up service account ${request.namespace}/${name}: serviceaccount "${name}" not found`);
      if (!pod.spec.imagePullSecrets?.length && account.imagePullSecrets?.length) pod.spec.imagePullSecrets = structuredClone(account.imagePullSecrets) as Pod['spec']['imagePullSecrets'];
      if (mountsToken(pod, account)) addToken(pod, random);
    },
  };
}

function mountsToken(pod: Pod, account: DeepReadonly<ServiceAccount>): boolean {
  return pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
}

function addToken({ spec }: Pod, random: () => number): void {
  const hasOwn = ({ volumeMounts = [] }: Pod['spec']['containers'][number]) => volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH);
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter((container) => !hasOwn(container));
  if (containers.length === 0) return;
  const existing = spec.volumes?.find(({ name }) => name.startsWith('kube-api-access-'));
  const name = existing?.name ?? `kube-api-access-${randomSuffix(random)}`;
  if (!existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
  for (const container of containers) container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 0o644,
    },
  };
}
