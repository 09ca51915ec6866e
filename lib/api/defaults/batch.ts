import type { CronJob, Job, batch } from '../types';
import { setDefault, setIfEmpty } from './set-default';
import { defaultTemplate } from './workloads';

export function defaultJob({ metadata, spec }: Job): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  setDefault(spec, 'parallelism', 1);
  setDefault(spec, 'backoffLimit', (spec as { backoffLimitPerIndex?: number }).backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1);
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  setDefault(spec, 'completionMode', 'NonIndexed');
  setDefault(spec, 'suspend', false);
  defaultJobTemplate(spec);
}

/** What the Job inside a CronJob gets already: the rest comes when the Job is created. */
function defaultJobTemplate(spec: batch.JobSpec | undefined): void {
  for (const rule of spec?.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) setIfEmpty(pattern, 'status', 'True');
  }
  defaultTemplate(spec?.template);
}

export function defaultCronJob({ spec }: CronJob): void {
  setIfEmpty(spec, 'concurrencyPolicy', 'Allow');
  setDefault(spec, 'suspend', false);
  defaultJobTemplate(spec.jobTemplate?.spec);
  setDefault(spec, 'successfulJobsHistoryLimit', 3);
  setDefault(spec, 'failedJobsHistoryLimit', 1);
}
