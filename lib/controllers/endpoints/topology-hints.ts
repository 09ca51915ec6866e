import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../../api/quantity';
import type { discovery, Node, Service } from '../../api/types';

const ZONE = 'topology.kubernetes.io/zone';
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
/** A zone may have this much more to do than its share. */
const OVERLOAD = 0.2;

/** A Service that asks for clients to stay in their zone. */
export function asksForHints({ metadata: { annotations = {} } }: DeepReadonly<Service>): boolean {
  const mode = annotations['service.kubernetes.io/topology-mode'] ?? annotations['service.kubernetes.io/topology-aware-hints'];
  return mode === 'Auto' || mode === 'auto';
}

/** Each zone's share of the processors of ready nodes; undefined where there are fewer than two zones, or a node says neither. */
export function zoneShares(nodes: readonly DeepReadonly<Node>[]): ReadonlyMap<string, number> | undefined {
  const cpus = new Map<string, number>();
  for (const { metadata: { labels = {} }, status } of nodes) {
    if (CONTROL_PLANE.some((label) => label in labels) || status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True') continue;
    const zone = labels[ZONE];
    const cpu = Number(parseQuantity(status.allocatable?.cpu ?? '0'));
    if (!zone || !(cpu > 0)) return undefined;
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpu);
  }
  const total = [...cpus.values()].reduce((sum, cpu) => sum + cpu, 0);
  return cpus.size < 2 ? undefined : new Map([...cpus].map(([zone, cpu]) => [zone, cpu / total]));
}

/**
 * For which zone each ready endpoint is: its own, but for those that zones with too few get from the others. Undefined where there are fewer endpoints than zones
 * or one has no zone: proxies then use all. Follows topologycache of Kubernetes 1.28 in its limits; which endpoint moves is chosen by address. Pure.
 */
export function zoneHints(endpoints: readonly discovery.Endpoint[], shares: ReadonlyMap<string, number> | undefined): ReadonlyMap<discovery.Endpoint, string> | undefined {
  const ready = endpoints.filter(({ conditions }) => conditions?.ready).sort((a, b) => (a.addresses[0] < b.addresses[0] ? -1 : 1));
  if (!shares || ready.length < shares.size || ready.some(({ zone }) => !zone || !shares.has(zone))) return undefined;
  const byZone = new Map([...shares.keys()].sort().map((zone) => [zone, ready.filter((endpoint) => endpoint.zone === zone)]));
  const desired = (zone: string) => (shares.get(zone) ?? 0) * ready.length;
  const count = (zone: string) => byZone.get(zone)?.length ?? 0;
  const minimum = (zone: string) => Math.ceil(desired(zone) / (1 + OVERLOAD));
  if ([...shares.keys()].reduce((sum, zone) => sum + minimum(zone), 0) > ready.length) return undefined;
  for (;;) {
    const poor = [...byZone.keys()].find((zone) => count(zone) < minimum(zone));
    if (poor === undefined) break;
    const [rich] = [...byZone.keys()].filter((zone) => count(zone) > minimum(zone)).sort((a, b) => (count(b) - desired(b)) - (count(a) - desired(a)));
    const moved = byZone.get(rich)?.pop();
    if (moved) byZone.get(poor)?.push(moved);
  }
  return new Map([...byZone].flatMap(([zone, own]) => own.map((endpoint) => [endpoint, zone] as const)));
}
