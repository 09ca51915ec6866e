import { randomUUID } from 'node:crypto';
import type { Client } from '../../lib/client/client';
import type { EventRecorder, Informers } from '../../lib/client/informers';
import { notFound, alreadyExists } from '../../lib/api/status-error';
import type { KubeObject, Pod, PodStatus } from '../../lib/api/types';

type Stored = KubeObject & { status?: Record<string, unknown>; spec?: Record<string, unknown> };
type Listener = (change: { type: string; object: Stored; old?: Stored }) => void;

/** As much of an API server as a kubelet talks to, in memory: client, informers and events in one. */
export class FakeApi {
  readonly objects = new Map<string, Stored>();
  readonly recorded: { readonly object: string; readonly type: string; readonly reason: string; readonly message: string }[] = [];
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly watchers = new Set<() => void>();

  readonly events: EventRecorder = {
    event: (object, type, reason, message) => {
      this.recorded.push({ object: `${object.kind}/${object.metadata.name}`, type, reason, message });
      this.notify();
    },
  };

  put(object: KubeObject): Stored {
    const key = keyOf(object.kind, object.metadata);
    const old = this.objects.get(key);
    const stored = structuredClone({ ...object, metadata: { uid: randomUUID(), creationTimestamp: new Date().toISOString(), ...old?.metadata, ...object.metadata } }) as Stored;
    this.objects.set(key, stored);
    this.emit(stored, old);
    return stored;
  }

  pod(name: string, namespace = 'default'): Pod | undefined {
    return this.objects.get(keyOf('Pod', { namespace, name })) as unknown as Pod | undefined;
  }

  /** What `kubectl delete pod` does: the kubelet gets the deletion time, and removes the object itself. */
  deletePod(name: string, gracePeriodSeconds = 30): void {
    const pod = this.pod(name);
    if (pod) this.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: new Date().toISOString(), deletionGracePeriodSeconds: gracePeriodSeconds } });
  }

  /** Resolves when the condition holds; looked at after each change. */
  async until<T>(condition: () => T | undefined | false): Promise<T> {
    for (;;) {
      const value = condition();
      if (value) return value;
      await new Promise<void>((resolve) => {
        const watcher = () => {
          this.watchers.delete(watcher);
          resolve();
        };
        this.watchers.add(watcher);
      });
    }
  }

  readonly client = {
    get: async (kind: string, reference: { namespace?: string; name: string }) => this.require(kind, reference),
    tryGet: async (kind: string, reference: { namespace?: string; name: string }) => this.objects.get(keyOf(kind, reference)),
    create: async (object: KubeObject) => {
      if (this.objects.has(keyOf(object.kind, object.metadata))) throw alreadyExists({ group: '', resource: object.kind }, object.metadata.name ?? '');
      return this.put(object);
    },
    patch: async (kind: string, reference: { namespace?: string; name: string }, patch: { metadata?: object; spec?: object; status?: PodStatus }) => {
      const current = this.require(kind, reference);
      const status = { ...current.status, ...patch.status };
      for (const key of Object.keys(status)) if (status[key as never] === null) delete status[key as never];
      return this.put({ ...current, spec: { ...current.spec, ...patch.spec }, status } as KubeObject);
    },
    delete: async (kind: string, reference: { namespace?: string; name: string }) => {
      const object = this.require(kind, reference);
      this.objects.delete(keyOf(kind, reference));
      for (const listener of this.listeners.get(kind) ?? []) listener({ type: 'deleted', object });
      this.notify();
    },
    createSubresource: async () => ({ status: { token: 'a-token', expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString() } }),
  } as unknown as Client;

  readonly informers = {
    lister: {
      tryGet: (kind: string, key: string | { namespace?: string; name: string }) => this.objects.get(typeof key === 'string' ? `${kind}/${key}` : keyOf(kind, key)),
      list: (kind: string, namespace?: string) => [...this.objects.values()].filter((object) => object.kind === kind && (!namespace || object.metadata.namespace === namespace)),
    },
    restrict: () => undefined,
    followObject: (kind: string, reference: { namespace?: string; name: string }, listener: () => void): () => void =>
      this.informers.onChange(kind as 'Secret', ({ object }) => { if (keyOf(kind, object.metadata) === keyOf(kind, reference)) listener(); }),
    hasSynced: () => true,
    onChange: (kind: string, listener: Listener) => {
      const listeners = this.listeners.get(kind) ?? new Set();
      this.listeners.set(kind, listeners.add(listener));
      for (const object of this.objects.values()) if (object.kind === kind) listener({ type: 'added', object });
      return () => listeners.delete(listener);
    },
    start: () => Promise.resolve(),
  } as unknown as Informers;

  private require(kind: string, reference: { namespace?: string; name: string }): Stored {
    const object = this.objects.get(keyOf(kind, reference));
    if (!object) throw notFound({ group: '', resource: kind.toLowerCase() }, reference.name);
    return object;
  }

  private emit(object: Stored, old: Stored | undefined): void {
    for (const listener of this.listeners.get(object.kind) ?? []) listener(old ? { type: 'modified', object, old } : { type: 'added', object });
    this.notify();
  }

  private notify(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}

const keyOf = (kind: string, { namespace, name }: { namespace?: string; name?: string }) => `${kind}/${namespace ? `${namespace}/` : ''}${name}`;
