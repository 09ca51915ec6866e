import type { Rule } from '../../rule';

/** Two ways to remove finished runs, of which the one that forgets by time makes the history untrue. */
export const cronJobHistory: Rule = {
  id: 'cron-job-history',
  severity: 'warning',
  summary: 'Finished runs of the CronJob are removed by time, whatever its history limits say',
  why: 'ttlSecondsAfterFinished removes each Job, its pods and its logs when the time is over, also the failed one that somebody wants to read on Monday. A CronJob keeps its last runs by itself.',
  seeAlso: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#jobs-history-limits',
  examples: {
    fails: `
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: '30 2 * * *'
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      ttlSecondsAfterFinished: 60
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
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
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
      const seconds = job.spec.jobTemplate.spec?.ttlSecondsAfterFinished;
      if (seconds === undefined || seconds === null) continue;
      yield { object: job, field: 'spec.jobTemplate.spec.ttlSecondsAfterFinished', message: `each run is gone ${seconds} s after its end`, fix: 'remove it, and set successfulJobsHistoryLimit and failedJobsHistoryLimit' };
    }
  },
};
