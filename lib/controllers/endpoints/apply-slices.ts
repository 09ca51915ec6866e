import { isDeepStrictEqual } from 'node:util';
import type { DeepReadonly } from '../../base/deep-readonly';
import { isNotFound } from '../../api/status-error';
import type { discovery, EndpointSlice, KubeObject, OwnerReference } from '../../api/types';
import type { Client } from '../../client/client';

type Slice = DeepReadonly<EndpointSlice>;

/** Most endpoints in one slice. */
const CAPACITY = 100;
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

export interface DesiredSlices {
  readonly groups: readonly { readonly addressType: string; readonly ports: readonly discovery.EndpointPort[]; readonly endpoints: readonly discovery.Endpoint[] }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: OwnerReference;
}

export interface SliceChanges {
  readonly create: readonly Slice[];
  readonly update: readonly Slice[];
  readonly remove: readonly Slice[];
}

/** What to write so that the slices hold the desired endpoints, with as few writes as possible: endpoints stay in their slice, new ones fill gaps. Pure. */
export function computeSliceChanges(owner: DeepReadonly<KubeObject>, desired: DesiredSlices, current: readonly Slice[]): SliceChanges {
  const left = new Set(current);
  const create: Slice[] = [];
  const update: Slice[] = [];
  for (const { addressType, ports, endpoints } of desired.groups) {
    const own = [...left].filter((slice) => slice.addressType === addressType && isDeepStrictEqual(sorted(slice.ports ?? []), sorted(ports)));
    const missing = new Map(endpoints.map((endpoint) => [idOf(endpoint), endpoint]));
    const kept = own.map((slice) => ({ slice, endpoints: (slice.endpoints ?? []).flatMap((endpoint) => {
      const wanted = missing.get(idOf(endpoint));
      missing.delete(idOf(endpoint));
      return wanted ? [wanted] : [];
    }) }));
    const fresh = [...missing.values()];
    for (const entry of kept) entry.endpoints.push(...fresh.splice(0, Math.max(0, CAPACITY - entry.endpoints.length)));

    const [first, ...others] = kept;
    for (const entry of [...(first ? [first] : []), ...others.filter((other) => other.endpoints.length > 0)]) {
      left.delete(entry.slice);
      const same = isDeepStrictEqual(entry.slice.endpoints ?? [], entry.endpoints) && isDeepStrictEqual({ ...entry.slice.metadata.labels }, desired.labels);
      if (!same) update.push({ ...entry.slice, metadata: { ...entry.slice.metadata, labels: desired.labels }, endpoints: entry.endpoints });
    }
    while (fresh.length > 0 || (!first && endpoints.length === 0 && create.length === 0)) {
      create.push(newSlice(owner, desired, { addressType, ports, endpoints: fresh.splice(0, CAPACITY) }));
      if (endpoints.length === 0) break;
    }
  }
  return { create, update, remove: [...left] };
}

const idOf = ({ addresses, targetRef }: DeepReadonly<discovery.Endpoint>) => `${addresses[0]} ${targetRef?.uid ?? ''}`;
const sorted = (ports: readonly DeepReadonly<discovery.EndpointPort>[]) => ports.map((port) => JSON.stringify([port.name ?? '', port.protocol ?? 'TCP', port.port, port.appProtocol])).sort();

function newSlice(owner: DeepReadonly<KubeObject>, desired: DesiredSlices, group: DesiredSlices['groups'][number]): Slice {
  return {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice',
    metadata: { generateName: `${owner.metadata.name}-`, namespace: owner.metadata.namespace, labels: desired.labels, ownerReferences: [desired.owner] },
    ...group,
  };
}

export interface ApplyContext {
  readonly client: Client;
  readonly triggerTime: string;
}

export async function applySlices(owner: DeepReadonly<KubeObject>, desired: DesiredSlices, current: readonly Slice[], { client, triggerTime }: ApplyContext): Promise<void> {
  const { create, update, remove } = computeSliceChanges(owner, desired, current);
  const stamped = (slice: Slice) => ({ ...slice, metadata: { ...slice.metadata, annotations: { ...slice.metadata.annotations, [TRIGGER_TIME]: triggerTime } } });
  await Promise.all([
    ...create.map((slice) => client.create(stamped(slice))),
    ...update.map((slice) => client.update(stamped(slice))),
    ...remove.map(({ metadata: { namespace, name = '' } }) => client.tryDelete('EndpointSlice', { namespace, name })),
  ].map((write) => (write as Promise<unknown>).catch((error: unknown) => { if (!isNotFound(error)) throw error; })));
}
