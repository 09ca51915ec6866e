import type { DeepReadonly } from '../../base/deep-readonly';
import type { Job, Pod } from '../../api/types';
import { podFromTemplate } from '../pod-template';

export type ReadJob = DeepReadonly<Job>;
export type ReadPod = DeepReadonly<Pod>;

/** While a pod has it, its end is not counted yet. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';
const INDEX = 'batch.kubernetes.io/job-completion-index';

export const isIndexed = ({ spec }: ReadJob) => spec.completionMode === 'Indexed';
export const isTracked = ({ metadata }: ReadPod) => metadata.finalizers?.includes(TRACKING) ?? false;

/** undefined for pods of jobs without indexes. */
export function tryIndex({ metadata }: ReadPod): number | undefined {
  const text = metadata.annotations?.[INDEX];
  return text === undefined ? undefined : Number(text);
}

/** Pure. */
export function newPod(job: ReadJob, index?: number): ReadPod {
  const pod = podFromTemplate(job, job.spec.template);
  const metadata = { ...pod.metadata, finalizers: [...(pod.metadata.finalizers ?? []), TRACKING] };
  if (index === undefined) return { ...pod, metadata };
  const withIndex = <C extends { readonly env?: readonly { readonly name: string }[] }>(container: C) => (container.env?.some(({ name }) => name === 'JOB_COMPLETION_INDEX') ? container
    : { ...container, env: [...(container.env ?? []), { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } }] });
  return {
    ...pod,
    metadata: { ...metadata, generateName: `${job.metadata.name}-${index}-`, labels: { ...metadata.labels, [INDEX]: String(index) }, annotations: { ...metadata.annotations, [INDEX]: String(index) } },
    spec: {
      ...pod.spec, hostname: `${job.metadata.name}-${index}`,
      containers: pod.spec.containers.map(withIndex), ...(pod.spec.initContainers && { initContainers: pod.spec.initContainers.map(withIndex) }),
    },
  };
}

/** `1,3-5` as numbers. */
export function parseIndexes(text = ''): readonly number[] {
  return text.split(',').filter(Boolean).flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** Numbers as `1,3-5`; two in a row are `1,2`. */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...new Set(indexes)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const index of sorted) {
    const last = ranges.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`)).join(',');
}
