import { age, at, type CellMaker, listAt, numberAt, textAt } from './values';

interface Metric {
  readonly type: string;
  readonly [source: string]: unknown;
}

const SOURCES: Readonly<Record<string, string>> = { Resource: 'resource', ContainerResource: 'containerResource', Pods: 'pods', Object: 'object', External: 'external' };

export const autoscalerCells: CellMaker = (object, now) => {
  const { spec, status } = object;
  const version1 = at<number>(spec, 'targetCPUUtilizationPercentage');
  const metrics = version1 === undefined ? listAt<Metric>(spec, 'metrics') : [{ type: 'Resource', resource: { target: { averageUtilization: version1 } } }];
  const current = listAt<Metric>(status, 'currentMetrics');
  const currentCpu = at<number>(status, 'currentCPUUtilizationPercentage');
  const statuses = version1 === undefined || currentCpu === undefined ? current : [{ type: 'Resource', resource: { current: { averageUtilization: currentCpu } } }];
  const minimum = at<number>(spec, 'minReplicas');
  return [
    object.metadata.name, `${textAt(spec, 'scaleTargetRef', 'kind')}/${textAt(spec, 'scaleTargetRef', 'name')}`, targets(metrics, statuses), minimum === undefined ? '<unset>' : String(minimum),
    numberAt(spec, 'maxReplicas'), numberAt(status, 'currentReplicas'), age(object, now),
  ];
};

function targets(metrics: readonly Metric[], current: readonly Metric[]): string {
  if (metrics.length === 0) return '<none>';
  const shown = metrics.map((metric, index) => {
    const source = SOURCES[metric.type] ?? '';
    const target = at<Record<string, unknown>>(metric, source, 'target') ?? {};
    const found = at<Record<string, unknown>>(current[index], source, 'current') ?? {};
    if (target.averageUtilization !== undefined) return `${found.averageUtilization === undefined ? '<unknown>' : `${String(found.averageUtilization)}%`}/${String(target.averageUtilization)}%`;
    const field = target.averageValue !== undefined ? 'averageValue' : 'value';
    return `${String(found[field] ?? '<unknown>')}/${String(target[field] ?? '<auto>')}${field === 'averageValue' && metric.type !== 'Pods' && metric.type !== 'Resource' ? ' (avg)' : ''}`;
  });
  return shown.length > 2 ? `${shown.slice(0, 2).join(', ')} + ${shown.length - 2} more...` : shown.join(', ');
}
