import type { Rule } from '../../rule';

/** A CronJob that starts the next run beside one that hangs, without an end. */
export const cronJobOverlap: Rule = {
  id: 'cron-job-overlap',
  severity: 'warning',
  summary: 'Runs of the CronJob may pile up',
  why: 'The default concurrencyPolicy, Allow, starts the next run whether or not the last one has ended, and nothing ends a run that hangs. One that waits for a lock or a slow database is joined by the next, until the node or the database is full.',
  seeAlso: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy',
  examples: {
    fails: `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: '*/5 * * * *'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: report, image: shop:1.4.2 }]
`,
    passes: `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: '*/5 * * * *'
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: report, image: shop:1.4.2 }]
`,
  },

  *check(objects) {
    for (const job of objects.ofKind('CronJob')) {
      const { concurrencyPolicy, jobTemplate } = job.spec;
      const bounded = jobTemplate.spec?.activeDeadlineSeconds ?? jobTemplate.spec?.template.spec?.activeDeadlineSeconds;
      if (concurrencyPolicy !== undefined || bounded !== undefined) continue;
      yield { object: job, field: 'spec.concurrencyPolicy', message: 'it is not set, and no activeDeadlineSeconds ends a run that hangs', fix: 'set concurrencyPolicy: Forbid (or Replace), or Allow and jobTemplate.spec.activeDeadlineSeconds' };
    }
  },
};
