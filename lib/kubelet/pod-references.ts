import type { Informers } from '../client/informers';
import { namespaceOf, uidOf, type ReadonlyPod } from './kubelet-context';

/** What the pod's specification names of ConfigMaps and Secrets. */
export interface PodReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
}

/** ConfigMaps and Secrets that the pod's volumes, variables and image pulls need, each once. Pure. */
export function podReferences({ spec }: ReadonlyPod): readonly PodReference[] {
  const found = new Map<string, PodReference>();
  const add = (kind: PodReference['kind'], name: string | undefined) => { if (name) found.set(`${kind}/${name}`, { kind, name }); };
  for (const { configMap, secret, projected } of spec.volumes ?? []) {
    add('ConfigMap', configMap?.name);
    add('Secret', secret?.secretName);
    for (const source of projected?.sources ?? []) {
      add('ConfigMap', source.configMap?.name);
      add('Secret', source.secret?.name);
    }
  }
  for (const { env = [], envFrom = [] } of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const { valueFrom } of env) {
      add('ConfigMap', valueFrom?.configMapKeyRef?.name);
      add('Secret', valueFrom?.secretKeyRef?.name);
    }
    for (const { configMapRef, secretRef } of envFrom) {
      add('ConfigMap', configMapRef?.name);
      add('Secret', secretRef?.name);
    }
  }
  for (const { name } of spec.imagePullSecrets ?? []) add('Secret', name);
  return [...found.values()];
}

/** Watches, one by one, what the pods of this node name: a node may not list Secrets, nor should it hold those of others. */
export class PodReferenceWatcher {
  private readonly ends = new Map<string, Map<string, () => void>>();

  /** @param changed is called for each change of an object that the pod with this uid names */
  constructor(private readonly informers: Informers, private readonly changed: (podUid: string) => void) {}

  /** Idempotent: what is named no more is let go. */
  follow(pod: ReadonlyPod): void {
    const uid = uidOf(pod);
    const known = this.ends.get(uid) ?? new Map<string, () => void>();
    const wanted = new Map(podReferences(pod).map((reference) => [`${reference.kind}/${reference.name}`, reference]));
    for (const [key, end] of known) {
      if (wanted.has(key)) continue;
      end();
      known.delete(key);
    }
    for (const [key, { kind, name }] of wanted) {
      if (!known.has(key)) known.set(key, this.informers.followObject(kind, { namespace: namespaceOf(pod), name }, () => this.changed(uid)));
    }
    this.ends.set(uid, known);
  }

  forget(podUid: string): void {
    for (const end of this.ends.get(podUid)?.values() ?? []) end();
    this.ends.delete(podUid);
  }
}
