import type { DeepReadonly } from '../../base/deep-readonly';
import type { batch, CronJob } from '../types';
import { cronScheduleProblem } from './cron-schedule';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateJobSpec } from './job';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import type { Validator } from './validator';

/** Its Jobs get 11 more characters. */
const MAXIMUM_NAME = 52;

export const cronJob: Validator<CronJob> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
    const { name = '' } = object.metadata;
    if (name.length > MAXIMUM_NAME) errors.invalid('metadata.name', name, `must be no more than ${MAXIMUM_NAME} characters`);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateSpec(errors, object.spec ?? {});
  },
};

function validateSpec(errors: FieldErrors, spec: Partial<DeepReadonly<batch.CronJobSpec>>): void {
  const { schedule, timeZone, concurrencyPolicy, jobTemplate } = spec;
  if (!schedule) errors.required('spec.schedule');
  else validateSchedule(errors, schedule, timeZone);
  errors.nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds);
  if (timeZone !== undefined) validateTimeZone(errors, timeZone);
  if (!concurrencyPolicy) errors.required('spec.concurrencyPolicy');
  else errors.oneOf('spec.concurrencyPolicy', concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  const path = 'spec.jobTemplate.spec';
  const { selector, manualSelector } = jobTemplate?.spec ?? {};
  validateJobSpec(errors, path, jobTemplate?.spec ?? {});
  if (selector) errors.invalid(`${path}.selector`, go('v1.LabelSelector', selector), '`selector` will be auto-generated');
  if (manualSelector) errors.notSupported(`${path}.manualSelector`, true, ['nil', 'false']);
  errors.nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit);
  errors.nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit);
}

function validateSchedule(errors: FieldErrors, schedule: string, timeZone: string | undefined): void {
  const problem = cronScheduleProblem(schedule);
  if (problem) errors.invalid('spec.schedule', schedule, problem);
  if (schedule.includes('TZ') && timeZone !== undefined) errors.invalid('spec.schedule', schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule');
}

function validateTimeZone(errors: FieldErrors, timeZone: string): void {
  const field = 'spec.timeZone';
  if (timeZone === '') errors.invalid(field, timeZone, 'timeZone must be nil or non-empty string');
  else if (timeZone.toLowerCase() === 'local') errors.invalid(field, timeZone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  else if (!isTimeZone(timeZone)) errors.invalid(field, timeZone, `unknown time zone ${timeZone}`);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
