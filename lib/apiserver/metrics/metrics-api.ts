import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { apiVersionOf } from '../../api/kinds';
import type { ApiRequest, ApiResponse } from '../../api/request';
import { notFound } from '../../api/status-error';
import type { KubeObject, Node, Pod } from '../../api/types';
import type { ServedVersion } from '../aggregation/served-version';
import type { AnyObject } from '../any-object';
import type { ServerContext } from '../call';
import { methodNotAllowed, unknownResource } from '../http-errors';
import { negotiate } from '../media-type';
import { parseListOptions } from '../query-options';
import type { RequestInfo } from '../request-info';
import type { Resource } from '../registry/resource';
import { parseSelection } from '../selection';
import { type MetricsObject, metricsTable } from './metrics-table';
import { NodeSamples } from './node-samples';
import { type SamplePair, tryNodeUsage, tryPodUsage, type Usage } from './usage';

/** As metrics-server registers itself. */
export const METRICS: ServedVersion = {
  group: 'metrics.k8s.io', version: 'v1beta1', groupPriority: 100, versionPriority: 100,
  resources: [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ],
};

const API_VERSION = apiVersionOf(METRICS);

/** metrics.k8s.io: what nodes and pods use now, from the nodes themselves. Follows metrics-server. */
export class MetricsApi {
  private readonly samples: NodeSamples | undefined;

  constructor(private readonly server: ServerContext) {
    const { nodes, clock, logger } = server;
    this.samples = nodes && new NodeSamples({ nodes, clock, logger });
  }

  async answer(request: ApiRequest, info: RequestInfo): Promise<ApiResponse> {
    const isNodes = info.resource === 'nodes';
    if ((!isNodes && info.resource !== 'pods') || info.parts.length > 2) throw unknownResource();
    if (info.verb !== 'get' && info.verb !== 'list') throw methodNotAllowed();
    const form = negotiate(request.headers?.accept, { watchable: false });
    const objects = isNodes ? await this.nodeMetrics(request, info) : await this.podMetrics(request, info);
    if (info.verb === 'get' && objects.length === 0) throw notFound({ group: METRICS.group, resource: info.resource }, info.name);
    if (form.as === 'Table') return { status: 200, body: metricsTable(objects, form.version) };
    if (info.verb === 'get') return { status: 200, body: objects[0] };
    return { status: 200, body: { kind: `${isNodes ? 'Node' : 'Pod'}MetricsList`, apiVersion: API_VERSION, metadata: {}, items: objects } };
  }

  private async nodeMetrics(request: ApiRequest, info: RequestInfo): Promise<readonly MetricsObject[]> {
    const wanted = this.selected('Node', request, info) as readonly DeepReadonly<Node>[];
    const pairs = await this.pairs(wanted);
    return wanted.flatMap((node) => {
      const pair = pairs.get(node.metadata.name ?? '');
      const usage = pair && tryNodeUsage(pair);
      return usage ? [{ kind: 'NodeMetrics', apiVersion: API_VERSION, metadata: this.metadataOf(node), ...timeOf([usage]), usage: { cpu: usage.cpu, memory: usage.memory } }] : [];
    });
  }

  private async podMetrics(request: ApiRequest, info: RequestInfo): Promise<readonly MetricsObject[]> {
    const wanted = this.selected('Pod', request, info) as readonly DeepReadonly<Pod>[];
    const hosts = new Set(wanted.map(({ spec }) => spec.nodeName));
    const pairs = await this.pairs(this.server.storage.list('Node').filter(({ metadata }) => hosts.has(metadata.name)));
    return wanted.flatMap((pod) => {
      const pair = pairs.get(pod.spec.nodeName ?? '');
      const usages = pair && tryPodUsage(pair, `${pod.metadata.namespace}/${pod.metadata.name}`);
      if (!usages) return [];
      const containers = [...usages].map(([name, { cpu, memory }]) => ({ name, usage: { cpu, memory } }));
      return [{ kind: 'PodMetrics', apiVersion: API_VERSION, metadata: this.metadataOf(pod), ...timeOf([...usages.values()]), containers }];
    });
  }

  /** The nodes or pods that the request means, in the order of their names. */
  private selected(kind: 'Node' | 'Pod', { query = new URLSearchParams() }: ApiRequest, info: RequestInfo): readonly DeepReadonly<KubeObject>[] {
    const resource = this.server.resources.tryFind('', 'v1', info.resource) as Resource;
    const { storage } = this.server;
    if (info.verb === 'get') return [storage.tryFind(resource, info.namespace, info.name)].filter((found) => found !== undefined);
    const selection = parseSelection(parseListOptions(query, { watch: false }), resource);
    return storage.list(kind, info.namespace || undefined).filter((object) => selection.matches(object as unknown as AnyObject));
  }

  private async pairs(nodes: readonly DeepReadonly<Node>[]): Promise<ReadonlyMap<string, SamplePair>> {
    const { samples } = this;
    if (!samples) return new Map();
    samples.retain(new Set(this.server.storage.list('Node').map(({ metadata }) => metadata.name ?? '')));
    const found = await Promise.all(nodes.filter(answers).map(async (node) => [node.metadata.name ?? '', await samples.tryPair(node)] as const));
    return new Map(found.filter((entry): entry is readonly [string, SamplePair] => entry[1] !== undefined));
  }

  private metadataOf({ metadata: { name, namespace, labels } }: DeepReadonly<KubeObject>): KubeObject['metadata'] {
    return { name, ...(namespace && { namespace }), creationTimestamp: toTime(this.server.clock.now()), ...(labels && { labels }) };
  }
}

/** A node that was not heard of for a while keeps nobody waiting. */
const answers = ({ status }: DeepReadonly<Node>) => status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'Unknown';

/** Of several containers: the earliest end, the longest span. */
function timeOf(usages: readonly Usage[]): { readonly timestamp: string; readonly window: string } {
  return { timestamp: toTime(Math.min(...usages.map(({ at }) => at))), window: goDuration(Math.max(...usages.map(({ windowMilliseconds }) => windowMilliseconds))) };
}

/** As Go writes durations: `15.02s`, `1m0.5s`. Pure. */
export function goDuration(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = (milliseconds - minutes * 60_000) / 1000;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

