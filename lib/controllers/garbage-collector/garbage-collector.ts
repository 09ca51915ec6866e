import type { DeepReadonly } from '../../base/deep-readonly';
import { sleep } from '../../base/clock';
import { apiVersionOf, resourcePath, type ResourceInfo } from '../../api/kinds';
import type { ApiRequest } from '../../api/request';
import { isConflict, isNotFound } from '../../api/status-error';
import type { KubeObject, OwnerReference } from '../../api/types';
import { answered } from '../../client/answered';
import { Discovery } from '../../client/discovery';
import { WorkQueue } from '../../client/work-queue';
import type { ControllerContext, Service } from '../controller';
import { DependencyGraph, FOREGROUND, type GraphNode, type Identity, ORPHAN, type Todo, uidOf } from './dependency-graph';
import { decide, type OwnerState } from './examine';

type Object = DeepReadonly<KubeObject>;

/** Kinds that nothing owns and that come and go too often to be watched for this. */
const IGNORED = ['events', 'leases', 'tokenreviews'];
const CUSTOM_RESOURCES = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition', resource: 'customresourcedefinitions', namespaced: false };

/**
 * Deletes what has lost its owners, and carries out foreground and orphan deletion, over every kind the server has. Follows pkg/controller/garbagecollector of Kubernetes 1.28.
 */
export const garbageCollector: Service = {
  name: 'garbage-collector-controller',
  start(context, signal) {
    context.informers.onResourceChange(CUSTOM_RESOURCES, () => undefined); // synced with all others
    return () => void new GarbageCollector(context, signal).run();
  },
};

class GarbageCollector {
  private readonly graph = new DependencyGraph();
  private readonly discovery: Discovery;
  private readonly watched = new Map<string, ResourceInfo>();
  /** Uids that were asked for and are not there: never to come back. */
  private readonly absent = new Set<string>();
  private readonly examining: WorkQueue;
  private readonly orphaning: WorkQueue;

  constructor(private readonly context: ControllerContext, private readonly signal: AbortSignal) {
    this.discovery = new Discovery(context.client.transport);
    const onError = (uid: string, error: unknown) => (isConflict(error) ? undefined : context.logger.warn('garbage collection failed; trying again', { object: this.graph.tryNode(uid)?.identity, error }));
    this.examining = new WorkQueue({ clock: context.clock, concurrency: 20, process: (uid) => this.examine(uid), onError });
    this.orphaning = new WorkQueue({ clock: context.clock, process: (uid) => this.orphan(uid), onError });
  }

  async run(): Promise<void> {
    await this.watchAll();
    if (this.signal.aborted) return;
    this.examining.start(this.signal);
    this.orphaning.start(this.signal);
    const rediscovery = new WorkQueue({ clock: this.context.clock, concurrency: 1, process: () => this.watchAll() });
    rediscovery.start(this.signal);
    this.context.informers.onResourceChange(CUSTOM_RESOURCES, () => rediscovery.add('all'));
  }

  /** Watches every kind there is now, and no longer those that are not. Tries until discovery answers in full. */
  private async watchAll(): Promise<void> {
    for (;;) {
      const failed = await this.watchDiscovered().catch((error: unknown) => [String(error)]);
      if (failed.length === 0 || this.signal.aborted) return;
      this.context.logger.warn('discovery is not complete; trying again', { failed });
      await sleep(this.context.clock, 5000, this.signal);
    }
  }

  private async watchDiscovered(): Promise<readonly string[]> {
    const { informers } = this.context;
    const { resources, failed } = await this.discovery.all();
    const wanted = resources.filter(({ resource, verbs }) => !IGNORED.includes(resource) && ['list', 'watch', 'delete'].every((verb) => verbs.includes(verb)));
    const ids = new Set(wanted.map(idOf));
    for (const [id, info] of this.watched) {
      if (ids.has(id) || failed.includes(apiVersionOf(info))) continue;
      informers.forget(info);
      this.watched.delete(id);
    }
    const fresh = wanted.filter((info) => !this.watched.has(idOf(info)));
    for (const info of fresh) {
      this.watched.set(idOf(info), info);
      informers.onResourceChange(info, (change) => this.enqueue(this.graph.apply(change)));
    }
    await Promise.all(fresh.map((info) => informers.whenSynced(info)));
    return failed;
  }

  private enqueue({ examine, orphan }: Todo): void {
    for (const uid of examine) this.examining.add(uid);
    for (const uid of orphan) this.orphaning.add(uid);
  }

  private async examine(uid: string): Promise<void> {
    const node = this.graph.tryNode(uid);
    if (!node || (node.deleting && !node.waitsForDependents)) return;
    const object = await this.tryLive(node.identity);
    if (!object || object.metadata.uid !== uid) {
      this.absent.add(uid);
      if (node.isVirtual) this.enqueue(this.forgetVirtual(node));
      return;
    }
    if (node.waitsForDependents) return this.finishForeground(node, object);

    const states = new Map<string, OwnerState>();
    for (const reference of object.metadata.ownerReferences ?? []) states.set(reference.uid, await this.ownerState(reference, node.identity));
    const verdict = decide(object, ({ uid: owner }) => states.get(owner) ?? 'exists', node.dependents.size > 0);
    if (verdict.action === 'drop-owners') await this.dropOwners(object, verdict.uids);
    if (verdict.action === 'delete') {
      const { apiVersion, kind, namespace, name } = node.identity;
      await this.context.client.tryDelete({ apiVersion, kind }, { namespace, name }, { propagationPolicy: verdict.propagationPolicy, preconditions: { uid } });
    }
  }

  /** An owner that never was: its dependents are looked at, once; they keep it in the graph until they go. */
  private forgetVirtual(node: GraphNode): Todo {
    return { examine: [...node.dependents].map(uidOf), orphan: [] };
  }

  private async finishForeground(node: GraphNode, object: Object): Promise<void> {
    const blocking = [...node.dependents].filter(({ owners }) => owners.some(({ uid, blockOwnerDeletion }) => uid === node.identity.uid && blockOwnerDeletion));
    if (blocking.length === 0) return this.removeFinalizer(object, FOREGROUND);
    for (const dependent of blocking) if (!dependent.deleting) this.examining.add(dependent.identity.uid);
  }

  private async ownerState(reference: DeepReadonly<OwnerReference>, dependent: Identity): Promise<OwnerState> {
    if (this.absent.has(reference.uid)) return 'gone';
    const known = this.graph.tryNode(reference.uid);
    const { apiVersion, kind, name, uid } = reference;
    // A kind the server does not have (any more, or yet) says nothing about the owner: nothing is deleted for it.
    if (!await this.discovery.tryResourceOf({ apiVersion, kind })) return 'exists';
    const live = await this.tryLive({ apiVersion, kind, name, uid, namespace: dependent.namespace });
    if (!live || live.metadata.uid !== uid) {
      this.absent.add(uid);
      if (this.absent.size > 10_000) this.absent.delete(this.absent.values().next().value as string);
      return 'gone';
    }
    return known?.waitsForDependents || (live.metadata.deletionTimestamp && live.metadata.finalizers?.includes(FOREGROUND)) ? 'waits-for-dependents' : 'exists';
  }

  private async orphan(uid: string): Promise<void> {
    const node = this.graph.tryNode(uid);
    if (!node) return;
    for (const dependent of [...node.dependents]) {
      const object = await this.tryLive(dependent.identity);
      if (object && object.metadata.uid === dependent.identity.uid) await this.dropOwners(object, [uid]);
    }
    const owner = await this.tryLive(node.identity);
    if (owner && owner.metadata.uid === uid) await this.removeFinalizer(owner, ORPHAN);
  }

  private async dropOwners(object: Object, uids: readonly string[]): Promise<void> {
    await this.patchMetadata(object, { ownerReferences: (object.metadata.ownerReferences ?? []).filter(({ uid }) => !uids.includes(uid)) });
  }

  private async removeFinalizer(object: Object, finalizer: string): Promise<void> {
    const finalizers = object.metadata.finalizers ?? [];
    if (finalizers.includes(finalizer)) await this.patchMetadata(object, { finalizers: finalizers.filter((other) => other !== finalizer) });
  }

  /** A merge patch replaces lists as a whole, so it holds the resourceVersion it was computed from. */
  private async patchMetadata(object: Object, metadata: object): Promise<void> {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    const path = resourcePath(await this.discovery.resourceOf(object), { namespace, name });
    try {
      await this.send({ method: 'PATCH', path, headers: { 'content-type': 'application/merge-patch+json' }, body: { metadata: { ...metadata, uid, resourceVersion } } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private async tryLive({ apiVersion, kind, namespace, name }: Identity): Promise<Object | undefined> {
    const info = await this.discovery.tryResourceOf({ apiVersion, kind });
    if (!info) return undefined;
    if (info.namespaced && !namespace) return undefined; // a cluster-wide object cannot be owned by one in a namespace
    try {
      return await this.send({ method: 'GET', path: resourcePath(info, { namespace, name }) }) as Object;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private async send(request: Pick<ApiRequest, 'method' | 'path' | 'body' | 'headers'>): Promise<unknown> {
    const whole = { ...request, headers: { accept: 'application/json', ...request.headers } };
    return answered(await this.context.client.transport(whole), whole).body;
  }
}

const idOf = ({ group, resource }: ResourceInfo) => `${group}/${resource}`;
