import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Event, KubeObject, Pod, ReplicaSet } from '../api/types';
import type { Client } from '../client/client';
import { Discovery } from '../client/discovery';
import { podsOf } from './diagnose/pods-of';
import { isCustom } from './readiness/index';
import { tryUserRule, type UserRule } from './readiness/user-rule';
import { watchObjects } from './watch-objects';

type Object = DeepReadonly<KubeObject>;

/** Kinds that have pods. */
export const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'Pod'];
/** Those whose status does not tell that their pods are refused: an event does. */
const TELL_BY_EVENT = ['StatefulSet', 'DaemonSet', 'Job'];

export interface WaitStateOptions {
  readonly client: Client;
  readonly waited: readonly Object[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** What the cluster has of the objects that are waited for, kept fresh by watches until the signal aborts. */
export interface WaitState {
  find(object: Object): Object | undefined;
  /** The pods of the state that a workload is to reach. */
  podsOf(workload: Object): readonly DeepReadonly<Pod>[];
  /** Why the controller of a workload could not make a pod since the wait began. */
  refusalOf(workload: Object): string | undefined;
  /** What the definition of the object's kind says about when it is ready. */
  ruleOf(object: Object): UserRule | undefined;
}

export async function openWaitState({ client, waited, clock, signal, onChange }: WaitStateOptions): Promise<WaitState> {
  const watches = new Map<string, Promise<ReadonlyMap<string, Object>>>();
  const keyOf = (apiVersion: string, kind: string, namespace = '') => `${apiVersion} ${kind} ${namespace}`;
  const open = (apiVersion: string, kind: string, namespace?: string, fieldSelector?: string) => {
    const key = keyOf(apiVersion, kind, namespace);
    if (watches.has(key)) return;
    const objects = watchObjects({ client, type: { apiVersion, kind }, namespace, ...(fieldSelector && { fieldSelector }), clock, signal, onChange });
    watches.set(key, kind === 'Event' ? objects.catch(() => new Map<string, Object>()) : objects); // who may not read events waits without them
  };
  for (const { apiVersion, kind, metadata: { namespace } } of waited) {
    open(apiVersion, kind, namespace);
    if (WORKLOADS.includes(kind)) open('v1', 'Pod', namespace);
    if (kind === 'Deployment') open('apps/v1', 'ReplicaSet', namespace);
    if (TELL_BY_EVENT.includes(kind)) open('v1', 'Event', namespace, 'reason=FailedCreate');
  }
  const [opened, rules] = await Promise.all([Promise.all([...watches].map(async ([key, objects]) => [key, await objects] as const)).then((entries) => new Map(entries)), rulesOfKinds(client, waited)]);
  const all = <T>(apiVersion: string, kind: string, namespace?: string) =>
    [...(opened.get(keyOf(apiVersion, kind, namespace))?.values() ?? [])] as unknown as readonly DeepReadonly<T>[];
  const eventsOf = (namespace?: string) => all<Event>('v1', 'Event', namespace);
  const old = new Set([...new Set(waited.map(({ metadata }) => metadata.namespace))].flatMap(eventsOf).map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`));
  return {
    find: ({ apiVersion, kind, metadata: { namespace, name = '' } }) => opened.get(keyOf(apiVersion, kind, namespace))?.get(name),
    podsOf: (workload) => {
      const { kind, metadata: { namespace } } = workload;
      return WORKLOADS.includes(kind) ? podsOf(workload, all<Pod>('v1', 'Pod', namespace), all<ReplicaSet>('apps/v1', 'ReplicaSet', namespace)) : [];
    },
    refusalOf: ({ metadata: { namespace, uid } }) =>
      eventsOf(namespace).findLast(({ involvedObject, metadata }) => involvedObject.uid === uid && !old.has(`${metadata.uid} ${metadata.resourceVersion}`))?.message,
    ruleOf: (object) => rules.get(`${object.apiVersion} ${object.kind}`),
  };
}

/** From the CustomResourceDefinitions of the kinds. Who may not read these waits by the common rules. */
async function rulesOfKinds(client: Client, waited: readonly Object[]): Promise<ReadonlyMap<string, UserRule>> {
  const kinds = new Map(waited.filter(isCustom).map((object) => [`${object.apiVersion} ${object.kind}`, object]));
  const discovery = new Discovery(client.transport);
  const found = await Promise.all([...kinds].map(async ([key, object]) => {
    try {
      const { resource, group } = await discovery.resourceOf(object);
      const definition = await client.tryGetObject({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }, { name: `${resource}.${group}` });
      const rule = tryUserRule(definition?.metadata.annotations);
      return rule ? [[key, rule] as const] : [];
    } catch {
      return [];
    }
  }));
  return new Map(found.flat());
}
