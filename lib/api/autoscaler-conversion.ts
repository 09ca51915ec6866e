/**
 * Between autoscaling/v1 and autoscaling/v2. What v1 has no field for travels in annotations, so that a round trip loses nothing: other metrics than the first
 * for the processor, all current metrics, conditions and behaviour. Follows pkg/apis/autoscaling/v1/conversion.go of Kubernetes 1.28.
 */

type Fields = Readonly<Record<string, unknown>>;

const ANNOTATIONS = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics', currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions', behavior: 'autoscaling.alpha.kubernetes.io/behavior',
};

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? value as Fields : {});
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value as readonly Fields[] : []);
/** Without what is undefined. */
const defined = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

export function autoscalerToV1(object: Fields): Fields {
  const { metrics: allMetrics, behavior, ...spec } = fieldsOf(object.spec);
  const { currentMetrics, conditions, ...status } = fieldsOf(object.status);
  const cpu = listOf(allMetrics).find((metric) => isCpu(metric) && fieldsOf(fieldsOf(metric.resource).target).averageUtilization !== undefined);
  const others = listOf(allMetrics).filter((metric) => metric !== cpu);
  const currentCpu = listOf(currentMetrics).find((metric) => isCpu(metric) && fieldsOf(fieldsOf(metric.resource).current).averageUtilization !== undefined);
  return {
    ...withAnnotations(object, {
      [ANNOTATIONS.metrics]: others.length > 0 ? JSON.stringify(others.map(metricToV1)) : undefined,
      [ANNOTATIONS.currentMetrics]: listOf(currentMetrics).length > 0 ? JSON.stringify(listOf(currentMetrics).map(statusToV1)) : undefined,
      [ANNOTATIONS.conditions]: listOf(conditions).length > 0 ? JSON.stringify(conditions) : undefined,
      [ANNOTATIONS.behavior]: behavior === undefined || behavior === null ? undefined : JSON.stringify(renamed(behavior, capital)),
    }),
    spec: { ...spec, ...(cpu && { targetCPUUtilizationPercentage: fieldsOf(fieldsOf(cpu.resource).target).averageUtilization }) },
    status: { currentReplicas: 0, desiredReplicas: 0, ...status, ...(currentCpu && { currentCPUUtilizationPercentage: fieldsOf(fieldsOf(currentCpu.resource).current).averageUtilization }) },
  };
}

export function autoscalerToV2(object: Fields): Fields {
  const { targetCPUUtilizationPercentage: percentage, ...spec } = fieldsOf(object.spec);
  const { currentCPUUtilizationPercentage: current, ...status } = fieldsOf(object.status);
  const found = fieldsOf(fieldsOf(object.metadata).annotations);
  const read = (annotation: string) => tryParse(found[annotation]);
  const others = listOf(read(ANNOTATIONS.metrics)).map(metricToV2);
  const metrics = [...others, ...(percentage === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percentage } } }])];
  const known = listOf(read(ANNOTATIONS.currentMetrics)).map(statusToV2);
  const currentMetrics = known.length > 0 || current === undefined ? known : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }];
  const conditions = listOf(read(ANNOTATIONS.conditions));
  const behavior = read(ANNOTATIONS.behavior);
  return {
    ...withAnnotations(object, Object.fromEntries(Object.values(ANNOTATIONS).map((annotation) => [annotation, undefined]))),
    spec: { ...spec, ...(metrics.length > 0 && { metrics }), ...(behavior !== undefined && { behavior: renamed(behavior, small) }) },
    status: { ...status, desiredReplicas: status.desiredReplicas ?? 0, ...(currentMetrics.length > 0 && { currentMetrics }), ...(conditions.length > 0 && { conditions }) },
  };
}

const isCpu = ({ type, resource }: Fields) => type === 'Resource' && fieldsOf(resource).name === 'cpu';

/** Sets what has a value and takes away the rest. */
function withAnnotations(object: Fields, changes: Readonly<Record<string, string | undefined>>): Fields {
  const { annotations, ...metadata } = fieldsOf(object.metadata);
  const next = defined({ ...fieldsOf(annotations), ...changes });
  return { ...object, metadata: { ...metadata, ...(Object.keys(next).length > 0 && { annotations: next }) } };
}

/** Metrics in the words of v1's annotations. */
function metricToV1(metric: Fields): Fields {
  const of = (source: unknown) => ({ ...fieldsOf(source), target: fieldsOf(fieldsOf(source).target), metric: fieldsOf(fieldsOf(source).metric) }) as Fields & { readonly target: Fields; readonly metric: Fields };
  const { type } = metric;
  if (type === 'Resource' || type === 'ContainerResource') {
    const field = type === 'Resource' ? 'resource' : 'containerResource';
    const { name, container, target } = of(metric[field]);
    return { type, [field]: defined({ name, container, targetAverageUtilization: target.averageUtilization, targetAverageValue: target.averageValue }) };
  }
  if (type === 'Pods') {
    const { metric: { name, selector }, target } = of(metric.pods);
    return { type, pods: defined({ metricName: name, targetAverageValue: target.averageValue, selector }) };
  }
  if (type === 'Object') {
    const { describedObject, metric: { name, selector }, target } = of(metric.object);
    return { type, object: defined({ target: describedObject, metricName: name, targetValue: target.value ?? '0', selector, averageValue: target.averageValue }) };
  }
  const { metric: { name, selector }, target } = of(metric.external);
  return { type, external: defined({ metricName: name, metricSelector: selector, targetValue: target.value, targetAverageValue: target.averageValue }) };
}

/** A metric in the words of v1 annotations, which are those of autoscaling/v2beta1 too. */
export function metricToV2(metric: Fields): Fields {
  const { type } = metric;
  if (type === 'Resource' || type === 'ContainerResource') {
    const field = type === 'Resource' ? 'resource' : 'containerResource';
    const { name, container, targetAverageUtilization, targetAverageValue } = fieldsOf(metric[field]);
    const target = targetAverageUtilization === undefined ? { type: 'AverageValue', averageValue: targetAverageValue } : { type: 'Utilization', averageUtilization: targetAverageUtilization };
    return { type, [field]: { ...defined({ name, container }), target } };
  }
  if (type === 'Pods') {
    const { metricName, targetAverageValue, selector } = fieldsOf(metric.pods);
    return { type, pods: { metric: defined({ name: metricName, selector }), target: { type: 'AverageValue', averageValue: targetAverageValue } } };
  }
  if (type === 'Object') {
    const { target: describedObject, metricName, targetValue, selector, averageValue } = fieldsOf(metric.object);
    const target = averageValue === undefined ? { type: 'Value', value: targetValue } : { type: 'AverageValue', averageValue };
    return { type, object: { describedObject, metric: defined({ name: metricName, selector }), target } };
  }
  const { metricName, metricSelector, targetValue, targetAverageValue } = fieldsOf(metric.external);
  const target = targetAverageValue === undefined ? { type: 'Value', value: targetValue } : { type: 'AverageValue', averageValue: targetAverageValue };
  return { type, external: { metric: defined({ name: metricName, selector: metricSelector }), target } };
}

/** What a metric is now, in the words of v1's annotations. */
function statusToV1(metric: Fields): Fields {
  const { type } = metric;
  const of = (source: unknown) => ({ ...fieldsOf(source), current: fieldsOf(fieldsOf(source).current), metric: fieldsOf(fieldsOf(source).metric) }) as Fields & { readonly current: Fields; readonly metric: Fields };
  if (type === 'Resource' || type === 'ContainerResource') {
    const field = type === 'Resource' ? 'resource' : 'containerResource';
    const { name, container, current } = of(metric[field]);
    return { type, [field]: defined({ name, container, currentAverageUtilization: current.averageUtilization, currentAverageValue: current.averageValue }) };
  }
  if (type === 'Pods') {
    const { metric: { name, selector }, current } = of(metric.pods);
    return { type, pods: defined({ metricName: name, currentAverageValue: current.averageValue, selector }) };
  }
  if (type === 'Object') {
    const { describedObject, metric: { name, selector }, current } = of(metric.object);
    return { type, object: defined({ target: describedObject, metricName: name, currentValue: current.value ?? '0', selector, averageValue: current.averageValue }) };
  }
  if (type !== 'External') return { type };
  const { metric: { name, selector }, current } = of(metric.external);
  return { type, external: defined({ metricName: name, metricSelector: selector, currentValue: current.value ?? '0', currentAverageValue: current.averageValue }) };
}

function statusToV2(metric: Fields): Fields {
  const { type } = metric;
  if (type === 'Resource' || type === 'ContainerResource') {
    const field = type === 'Resource' ? 'resource' : 'containerResource';
    const { name, container, currentAverageUtilization, currentAverageValue } = fieldsOf(metric[field]);
    return { type, [field]: { ...defined({ name, container }), current: defined({ averageUtilization: currentAverageUtilization, averageValue: currentAverageValue }) } };
  }
  if (type === 'Pods') {
    const { metricName, currentAverageValue, selector } = fieldsOf(metric.pods);
    return { type, pods: { metric: defined({ name: metricName, selector }), current: { averageValue: currentAverageValue } } };
  }
  if (type === 'Object') {
    const { target: describedObject, metricName, currentValue, selector, averageValue } = fieldsOf(metric.object);
    return { type, object: { describedObject, metric: defined({ name: metricName, selector }), current: averageValue === undefined ? { value: currentValue } : { averageValue } } };
  }
  if (type !== 'External') return { type };
  const { metricName, metricSelector, currentValue, currentAverageValue } = fieldsOf(metric.external);
  return { type, external: { metric: defined({ name: metricName, selector: metricSelector }), current: currentAverageValue === undefined ? { value: currentValue } : { averageValue: currentAverageValue } } };
}

function tryParse(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) as unknown : undefined;
  } catch {
    return undefined;
  }
}

/** Upstream writes the behaviour with the names of its Go fields. */
function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [rename(name), renamed(inside, rename)]));
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const small = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
