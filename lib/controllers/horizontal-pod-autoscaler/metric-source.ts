import type { DeepReadonly } from '../../base/deep-readonly';
import type { ResourceInfo } from '../../api/kinds';
import { milliValue } from '../../api/quantity';
import { tryCanonicalQuantity } from '../../api/quantity-format';
import { formatLabelSelector } from '../../api/selectors';
import type { autoscaling, LabelSelector } from '../../api/types';
import type { MetricsClient } from './metrics-client';
import type { ReadPod } from './pod-metrics';
import { type CalculatorOptions, replicaCalculator } from './replica-calculator';

export type MetricSpec = DeepReadonly<autoscaling.MetricSpec>;
export type MetricStatus = autoscaling.MetricStatus;

/** What every metric of one look is computed from. */
export interface Look {
  readonly namespace: string;
  /** Of the scale: what is asked for and what there is. */
  readonly specReplicas: number;
  readonly statusReplicas: number;
  readonly selector: string;
  readonly pods: readonly ReadPod[];
  readonly metrics: MetricsClient;
  readonly options: CalculatorOptions;
  /** Rejects when there is no such kind. */
  readonly resourceOf: (type: { readonly apiVersion: string; readonly kind: string }) => Promise<ResourceInfo>;
}

export interface MetricResult {
  readonly replicas: number;
  /** As reasons and conditions call it. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** A metric that cannot be had: the reason of the event and of the condition. */
export class MetricError extends Error {
  constructor(readonly reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MetricError';
  }
}

/** How many replicas one metric asks for. Rejects with MetricError. Texts follow Kubernetes 1.28. */
export async function evaluateMetric(metric: MetricSpec, look: Look): Promise<MetricResult> {
  switch (metric.type) {
    case 'Resource': if (metric.resource) return named('FailedGetResourceMetric', resource(look, metric.resource.name, metric.resource.target));
      break;
    case 'ContainerResource': if (metric.containerResource) return named('FailedGetContainerResourceMetric', resource(look, metric.containerResource.name, metric.containerResource.target, metric.containerResource.container));
      break;
    case 'Pods': if (metric.pods) return named('FailedGetPodsMetric', podsMetric(look, metric.pods));
      break;
    case 'Object': if (metric.object) return named('FailedGetObjectMetric', objectMetric(look, metric.object));
      break;
    case 'External': if (metric.external) return named('FailedGetExternalMetric', externalMetric(look, metric.external));
      break;
    default:
  }
  throw new MetricError('InvalidMetricSourceType', `unknown metric source type "${metric.type}"`);
}

async function named(reason: string, result: Promise<MetricResult>): Promise<MetricResult> {
  try {
    return await result;
  } catch (error) {
    throw new MetricError(reason, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

type Target = DeepReadonly<autoscaling.MetricTarget>;

async function resource(look: Look, name: string, target: Target, container?: string): Promise<MetricResult> {
  const kind = container === undefined ? 'Resource' : 'ContainerResource';
  const status = (current: autoscaling.MetricValueStatus): MetricStatus => (container === undefined
    ? { type: kind, resource: { name, current } } : { type: kind, containerResource: { name, container, current } });
  const { specReplicas: current, pods, namespace, selector, options } = look;
  const read = () => explained(`unable to get metrics for resource ${name}`, look.metrics.resource(namespace, selector, name, container));
  if (target.averageValue !== undefined) {
    const wanted = milliValue(target.averageValue);
    const { replicas, value } = await explained(`failed to get ${name} usage`, async () => replicaCalculator.forAverage({ current, pods, metrics: await read(), resource: name, target: wanted }, options));
    return { replicas, name: `${name} ${container === undefined ? '' : 'container '}resource`, status: status({ averageValue: quantity(value) }) };
  }
  const percent = target.averageUtilization;
  if (percent === undefined) throw new Error('invalid resource metric source: neither an average utilization target nor an average value (usage) target was set');
  const { replicas, value, utilization } = await explained(`failed to get ${name} utilization`, async () => (
    replicaCalculator.forUtilization({ current, pods, metrics: await read(), resource: name, container, target: percent }, options)));
  return {
    replicas, name: `${name} ${container === undefined ? '' : 'container '}resource utilization (percentage of request)`, status: status({ averageUtilization: utilization, averageValue: quantity(value) }),
  };
}

async function podsMetric({ specReplicas: current, pods, namespace, selector, metrics: client, options }: Look, { metric, target }: DeepReadonly<autoscaling.PodsMetricSource>): Promise<MetricResult> {
  const { replicas, value } = await explained('failed to get pods metric value', async () => {
    const metrics = await explained(`unable to get metric ${metric.name}`, client.pods(namespace, selector, metric.name, selectorText(metric.selector)));
    return replicaCalculator.forAverage({ current, pods, metrics, resource: '', target: milliValue(target.averageValue ?? '') }, options);
  });
  return { replicas, name: `pods metric ${metric.name}`, status: { type: 'Pods', pods: { metric: identifier(metric), current: { averageValue: quantity(value) } } } };
}

async function objectMetric(look: Look, { metric, target, describedObject }: DeepReadonly<autoscaling.ObjectMetricSource>): Promise<MetricResult> {
  const { specReplicas: current, statusReplicas, pods, namespace, options } = look;
  const { kind, name, apiVersion = 'v1' } = describedObject;
  const status = (value: autoscaling.MetricValueStatus): MetricStatus => ({ type: 'Object', object: { describedObject: { ...describedObject }, metric: identifier(metric), current: value } });
  const read = () => explained(`unable to get metric ${metric.name}: ${kind} on ${namespace} ${name}/`, async () => (
    look.metrics.object(namespace, { resource: await look.resourceOf({ apiVersion, kind }), name }, metric.name, selectorText(metric.selector))), '');
  const title = `${kind} metric ${metric.name}`;
  if (target.type === 'Value' && target.value !== undefined) {
    const wanted = milliValue(target.value);
    const { replicas, value } = await explained('failed to get object metric value', async () => replicaCalculator.forWhole({ current, pods, usage: await read(), target: wanted }, options));
    return { replicas, name: title, status: status({ value: quantity(value) }) };
  }
  if (target.type === 'AverageValue' && target.averageValue !== undefined) {
    const wanted = milliValue(target.averageValue);
    const { replicas, value } = await explained('failed to get object metric value', async () => replicaCalculator.forSharedAverage({ replicas: statusReplicas, usage: await read(), target: wanted }, options));
    return { replicas, name: title, status: status({ averageValue: quantity(value) }) };
  }
  throw new Error('invalid object metric source: neither a value target nor an average value target was set');
}

async function externalMetric(look: Look, { metric, target }: DeepReadonly<autoscaling.ExternalMetricSource>): Promise<MetricResult> {
  const { specReplicas: current, statusReplicas, pods, namespace, options } = look;
  const status = (value: autoscaling.MetricValueStatus): MetricStatus => ({ type: 'External', external: { metric: identifier(metric), current: value } });
  const read = () => explained(`unable to get external metric ${namespace}/${metric.name}/${goSelector(metric.selector)}`, look.metrics.external(namespace, metric.name, selectorText(metric.selector)));
  const title = `external metric ${metric.name}(${goSelector(metric.selector)})`;
  if (target.averageValue !== undefined) {
    const wanted = milliValue(target.averageValue);
    const { replicas, value } = await explained(`failed to get ${metric.name} external metric`, async () => replicaCalculator.forSharedAverage({ replicas: statusReplicas, usage: await read(), target: wanted }, options));
    return { replicas, name: title, status: status({ averageValue: quantity(value) }) };
  }
  if (target.value !== undefined) {
    const wanted = milliValue(target.value);
    const { replicas, value } = await explained(`failed to get external metric ${metric.name}`, async () => replicaCalculator.forWhole({ current, pods, usage: await read(), target: wanted }, options));
    return { replicas, name: title, status: status({ value: quantity(value) }) };
  }
  throw new Error('invalid external metric source: neither a value target nor an average value target was set');
}

/** With what was tried before the reason. */
async function explained<T>(what: string, work: Promise<T> | (() => Promise<T> | T), separator = ': '): Promise<T> {
  try {
    return await (typeof work === 'function' ? work() : work);
  } catch (error) {
    throw new Error(`${what}${separator}${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const identifier = ({ name, selector }: DeepReadonly<autoscaling.MetricIdentifier>) => ({ name, ...(selector && { selector: structuredClone(selector) as LabelSelector }) });
const selectorText = (selector: DeepReadonly<LabelSelector> | undefined) => (selector ? formatLabelSelector({ ...selector, matchLabels: selector.matchLabels ?? {} }) : '');
const quantity = (thousandths: number) => tryCanonicalQuantity(`${Math.trunc(thousandths)}m`) ?? '0';

/** As Go prints a label selector in messages. Pure. */
export function goSelector(selector: DeepReadonly<LabelSelector> | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}: ${value},`).join('');
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}
