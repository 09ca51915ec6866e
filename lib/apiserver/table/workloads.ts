import type { AnyObject } from '../any-object';
import { age, at, type CellMaker, containerCells, humanDuration, labels, listAt, NONE, numberAt, selector, since, textAt } from './values';

const template = ({ spec }: AnyObject) => containerCells(at(spec, 'template', 'spec'));
const replicas = ({ spec }: AnyObject) => numberAt(spec, 'replicas');

export const deploymentCells: CellMaker = (object, now) => [
  object.metadata.name, `${numberAt(object.status, 'readyReplicas')}/${replicas(object)}`, numberAt(object.status, 'updatedReplicas'), numberAt(object.status, 'availableReplicas'),
  age(object, now), ...template(object), selector(at(object.spec, 'selector')),
];

export const replicaSetCells: CellMaker = (object, now) => [
  object.metadata.name, replicas(object), numberAt(object.status, 'replicas'), numberAt(object.status, 'readyReplicas'), age(object, now), ...template(object), selector(at(object.spec, 'selector')),
];

export const replicationControllerCells: CellMaker = (object, now) => [
  object.metadata.name, replicas(object), numberAt(object.status, 'replicas'), numberAt(object.status, 'readyReplicas'), age(object, now), ...template(object), labels(at(object.spec, 'selector')),
];

export const daemonSetCells: CellMaker = (object, now) => [
  object.metadata.name, numberAt(object.status, 'desiredNumberScheduled'), numberAt(object.status, 'currentNumberScheduled'), numberAt(object.status, 'numberReady'),
  numberAt(object.status, 'updatedNumberScheduled'), numberAt(object.status, 'numberAvailable'), labels(at(object.spec, 'template', 'spec', 'nodeSelector')), age(object, now), ...template(object), selector(at(object.spec, 'selector')),
];

export const statefulSetCells: CellMaker = (object, now) => [object.metadata.name, `${numberAt(object.status, 'readyReplicas')}/${replicas(object)}`, age(object, now), ...template(object)];

export const jobCells: CellMaker = (object, now) => [object.metadata.name, completions(object), duration(object, now), age(object, now), ...template(object), selector(at(object.spec, 'selector'))];

function completions({ spec, status }: AnyObject): string {
  const wanted = at<number>(spec, 'completions');
  const parallelism = numberAt(spec, 'parallelism');
  const succeeded = numberAt(status, 'succeeded');
  if (wanted !== undefined) return `${succeeded}/${wanted}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function duration({ status }: AnyObject, now: number): string {
  const start = textAt(status, 'startTime');
  const end = textAt(status, 'completionTime');
  return start ? humanDuration((end ? Date.parse(end) : now) - Date.parse(start)) : '';
}

export const cronJobCells: CellMaker = (object, now) => {
  const { spec, status } = object;
  const last = textAt(status, 'lastScheduleTime');
  return [
    object.metadata.name, textAt(spec, 'schedule'), at<boolean>(spec, 'suspend') ? 'True' : 'False', listAt(status, 'active').length, last ? since(last, now) : NONE, age(object, now),
    ...containerCells(at(spec, 'jobTemplate', 'spec', 'template', 'spec')), selector(at(spec, 'jobTemplate', 'spec', 'selector')),
  ];
};

export const controllerRevisionCells: CellMaker = (object, now) => {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller);
  const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
  return [object.metadata.name, owner ? `${owner.kind.toLowerCase()}${group}/${owner.name}` : NONE, numberAt(object, 'revision'), age(object, now)];
};

export const disruptionBudgetCells: CellMaker = (object, now) => {
  const shown = (field: string) => String(at<string | number>(object.spec, field) ?? 'N/A');
  return [object.metadata.name, shown('minAvailable'), shown('maxUnavailable'), numberAt(object.status, 'disruptionsAllowed'), age(object, now)];
};

export const scaleCells: CellMaker = (object, now) => [object.metadata.name, replicas(object), numberAt(object.status, 'replicas'), age(object, now)];
