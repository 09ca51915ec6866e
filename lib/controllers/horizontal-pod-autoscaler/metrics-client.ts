import { resourcePath, type ResourceInfo } from '../../api/kinds';
import { milliValue } from '../../api/quantity';
import type { Client } from '../../client/client';
import { answered } from '../../client/answered';
import type { PodMetric, PodMetrics } from './pod-metrics';

interface PodMetricsList {
  readonly items?: readonly {
    readonly metadata: { readonly name: string };
    readonly timestamp: string;
    readonly window: string;
    readonly containers?: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
  }[];
}

interface MetricValueList {
  readonly items?: readonly {
    readonly describedObject?: { readonly name?: string };
    readonly timestamp?: string;
    readonly windowSeconds?: number;
    readonly window?: number;
    readonly value: string;
  }[];
}

/** Where a metric that is neither a resource nor a pod's is looked for. */
export interface DescribedObject {
  readonly resource: ResourceInfo;
  readonly name: string;
}

/** Of a custom metric that does not say. */
const DEFAULT_WINDOW = 60_000;
const CUSTOM = 'custom.metrics.k8s.io';

/** Reads the three metrics APIs. All values are in thousandths. Rejects with the words that the autoscaler's condition shows. */
export class MetricsClient {
  constructor(private readonly client: Pick<Client, 'transport'>) {}

  /** Sums of the pods' containers, or of one of them. Pods of which a number is missing are left out. */
  async resource(namespace: string, selector: string, resource: string, container?: string): Promise<PodMetrics> {
    const list = await this.get('resource', resourcePath({ group: 'metrics.k8s.io', version: 'v1beta1', kind: 'PodMetrics', resource: 'pods', namespaced: true }, { namespace }), { labelSelector: selector }) as PodMetricsList;
    const { items = [] } = list;
    if (items.length === 0) throw new Error('no metrics returned from resource metrics API');
    return new Map(items.flatMap(({ metadata, timestamp, window, containers = [] }) => {
      const counted = containers.filter(({ name }) => container === undefined || name === container);
      if (counted.length === 0 || counted.some(({ usage }) => usage[resource] === undefined)) return [];
      const value = counted.reduce((sum, { usage }) => sum + milliValue(usage[resource]), 0);
      return [[metadata.name, { value, at: Date.parse(timestamp), windowMilliseconds: parseGoDuration(window) }] as const];
    }));
  }

  async pods(namespace: string, selector: string, metric: string, metricSelector: string): Promise<PodMetrics> {
    const path = `${await this.customBase()}/namespaces/${encodeURIComponent(namespace)}/pods/*/${encodeURIComponent(metric)}`;
    const items = itemsOf(await this.get('custom', path, { labelSelector: selector, metricLabelSelector: metricSelector }), 'custom');
    return new Map(items.map(({ describedObject, timestamp, windowSeconds, value }): [string, PodMetric] => [
      describedObject?.name ?? '', { value: milliValue(value), at: Date.parse(timestamp ?? ''), windowMilliseconds: windowSeconds === undefined ? DEFAULT_WINDOW : windowSeconds * 1000 },
    ]));
  }

  async object(namespace: string, { resource, name }: DescribedObject, metric: string, metricSelector: string): Promise<number> {
    const place = resource.group === '' && resource.resource === 'namespaces' ? [`namespaces/${name}/metrics`]
      : [...(resource.namespaced ? [`namespaces/${encodeURIComponent(namespace)}`] : []), resource.group ? `${resource.resource}.${resource.group}` : resource.resource, encodeURIComponent(name)];
    const path = [await this.customBase(), ...place, encodeURIComponent(metric)].join('/');
    const [first] = itemsOf(await this.get('custom', path, { metricLabelSelector: metricSelector }), 'custom');
    return milliValue(first.value);
  }

  /** The sum of all series that the selector finds. */
  async external(namespace: string, metric: string, selector: string): Promise<number> {
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/${encodeURIComponent(metric)}`;
    return itemsOf(await this.get('external', path, { labelSelector: selector }), 'external').reduce((sum, { value }) => sum + milliValue(value), 0);
  }

  /** The version that the group prefers, of the two that are known. */
  private async customBase(): Promise<string> {
    const group = await this.get('custom', `/apis/${CUSTOM}`, {}) as { readonly preferredVersion?: { readonly version: string }; readonly versions?: readonly { readonly version: string }[] };
    const offered = [group.preferredVersion, ...group.versions ?? []].map((version) => version?.version);
    const version = offered.find((candidate) => candidate === 'v1beta2' || candidate === 'v1beta1') ?? 'v1beta2';
    return `/apis/${CUSTOM}/${version}`;
  }

  private async get(api: 'resource' | 'custom' | 'external', path: string, query: Readonly<Record<string, string>>): Promise<unknown> {
    try {
      const request = { method: 'GET', path, query: new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')), headers: { accept: 'application/json' } };
      return answered(await this.client.transport(request), request).body;
    } catch (error) {
      throw new Error(`unable to fetch metrics from ${api} metrics API: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

function itemsOf(list: unknown, api: 'custom' | 'external') {
  const { items = [] } = list as MetricValueList;
  if (items.length === 0) throw new Error(`no metrics returned from ${api} metrics API`);
  return items;
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 };

/** `1m0.5s` in milliseconds. Pure. */
export function parseGoDuration(text: string): number {
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)].reduce((sum, [, value, unit]) => sum + Number(value) * UNITS[unit], 0);
}
