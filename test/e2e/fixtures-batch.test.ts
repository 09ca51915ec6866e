import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';

const manifest = path.resolve(__dirname, '../../../shared/fixtures/batch.yaml');

describe.skipIf(!defaultKubectl || !fs.existsSync(manifest))('batch.yaml (skipped without kubectl or the fixtures)', () => {
  const { kubectl } = useNamespace('batch');
  beforeAll(async () => {
    await eventually('the CronJob is not just about to run', () => new Date().toISOString().slice(11, 16) !== '17:29');
    await kubectl(['apply', '-f', manifest]);
  });

  it('waits for its time in Tokyo', async () => {
    expect(await kubectl('get cronjob report')).toMatch(/^report +30 2 \* \* 1-5 +(Asia\/Tokyo +)?False +0 +<none>/m);
    expect(await kubectl('get cronjob report -o jsonpath={.spec.timeZone}/{.spec.concurrencyPolicy}/{.spec.startingDeadlineSeconds}')).toBe('Asia/Tokyo/Forbid/600');
  });

  it('runs the Job to its end and keeps its log', async () => {
    explainFailure(kubectl);
    await kubectl('wait --for=condition=Complete job/migrate --timeout=180s');
    expect(await kubectl('logs job/migrate')).toBe('migrating\ndone\n');
    expect(await kubectl('get job migrate')).toMatch(/^migrate +1\/1 +\d+s/m);
    const described = await eventually('both Events are there', async () => {
      const text = await kubectl('describe job migrate');
      return text.includes('Created pod: ') && text.includes('Job completed') && text;
    });
    expect(described).toMatch(/Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed/);
    expect(described).toMatch(/Normal +SuccessfulCreate .* job-controller +Created pod: migrate-\w{5}\n.*Normal +Completed .* job-controller +Job completed/);
  });

  it('can be run now, two of the four parts at a time, each knowing its index', async () => {
    explainFailure(kubectl);
    await kubectl('create job --from=cronjob/report now');
    await kubectl('wait --for=condition=Complete job/now --timeout=180s');
    const job = JSON.parse(await kubectl('get job now -o json'));
    expect(job.metadata.annotations).toEqual({ 'cronjob.kubernetes.io/instantiate': 'manual' });
    expect(job.metadata.ownerReferences).toMatchObject([{ kind: 'CronJob', name: 'report', controller: true }]);
    expect(job.status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
    const logs = await kubectl('logs -l batch.kubernetes.io/job-name=now --tail=-1');
    expect(logs.trim().split('\n').sort()).toEqual([0, 1, 2, 3].map((i) => `report part ${i}`));
  });
});
