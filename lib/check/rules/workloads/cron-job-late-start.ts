import type { Rule } from '../../rule';

/** The controller looks every ten seconds: a run that may only start sooner is skipped. */
const LEAST_SECONDS = 10;

export const cronJobLateStart: Rule = {
  id: 'cron-job-late-start',
  severity: 'error',
  summary: 'The CronJob allows too little delay, and runs are skipped',
  why: 'The controller looks at CronJobs about every ten seconds. With a smaller startingDeadlineSeconds it finds most runs too late to start, and counts them as missed.',
  seeAlso: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline',
  examples: {
    fails: `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: '30 2 * * *'
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 5
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
  schedule: '30 2 * * *'
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 600
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
      const { startingDeadlineSeconds: seconds } = job.spec;
      if (seconds === undefined || seconds === null || seconds >= LEAST_SECONDS) continue;
      yield { object: job, field: 'spec.startingDeadlineSeconds', message: `a run may start ${seconds} s late, and the controller looks about every ${LEAST_SECONDS} s`, fix: 'allow a minute or more, or leave it out for no limit' };
    }
  },
};
