import { expect, it } from 'vitest';
import type { AnyObject } from '../../lib/apiserver/any-object';
import { decideDeletion } from '../../lib/apiserver/deletion';
import { ResourceTable } from '../../lib/apiserver/registry/resource-table';

const table = new ResourceTable();
const resource = (group: string, name: string) => {
  const found = table.tryFind(group, 'v1', name);
  if (!found) throw new Error(`${name} is not served`);
  return found;
};
const NOW = Date.UTC(2024, 0, 1);
const pod = (more: object = {}, spec: object = { nodeName: 'n', terminationGracePeriodSeconds: 30, containers: [] }): AnyObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'd', ...more }, spec: spec as Record<string, unknown> });

it('gives a pod on a node its grace period, and one without a node none', () => {
  expect(decideDeletion(resource('', 'pods'), pod(), {}, NOW)).toMatchObject({ action: 'mark', object: { metadata: { deletionTimestamp: '2024-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 } } });
  expect(decideDeletion(resource('', 'pods'), pod({}, { containers: [] }), {}, NOW)).toMatchObject({ action: 'remove' });
});

it('only shortens the grace period of a pod that is ending', () => {
  const ending = pod({ deletionTimestamp: '2024-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 });
  expect(decideDeletion(resource('', 'pods'), ending, { gracePeriodSeconds: 60 }, NOW)).toEqual({ action: 'wait' });
  expect(decideDeletion(resource('', 'pods'), ending, { gracePeriodSeconds: 10 }, NOW)).toMatchObject({ action: 'mark', object: { metadata: { deletionTimestamp: '2024-01-01T00:00:10Z' } } });
  expect(decideDeletion(resource('', 'pods'), ending, { gracePeriodSeconds: 0 }, NOW)).toMatchObject({ action: 'remove' });
});

it('leaves dependents to the policy asked for, and those of a Job alone when none is', () => {
  const job: AnyObject = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' } };
  expect(decideDeletion(resource('batch', 'jobs'), job, {}, NOW)).toMatchObject({ action: 'mark', object: { metadata: { finalizers: ['orphan'] } } });
  expect(decideDeletion(resource('batch', 'jobs'), job, { propagationPolicy: 'Foreground' }, NOW)).toMatchObject({ object: { metadata: { finalizers: ['foregroundDeletion'] } } });
  expect(decideDeletion(resource('batch', 'jobs'), job, { propagationPolicy: 'Background' }, NOW)).toEqual({ action: 'remove' });
});
