import { describe, expect, it } from 'vitest';
import type { KubeObject, Pod } from '../../lib/api/types';
import { chooseContainer, podsOfProcess } from '../../lib/apply/run/choose-container';
import { exitCodeOf } from '../../lib/client/container-streams';

const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop-web', namespace: 'shop', labels: { 'app.kubernetes.io/component': 'web' } }, spec: { selector: { matchLabels: { app: 'web' } } } } as KubeObject;

const pod = (name: string, { ready = true, phase = 'Running', containers = ['web'], created = '2026-01-01T00:00:00Z', ...metadata }: { ready?: boolean; phase?: string; containers?: string[]; created?: string; annotations?: Record<string, string>; deletionTimestamp?: string; labels?: Record<string, string> } = {}) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', creationTimestamp: created, labels: { app: 'web' }, ...metadata },
  spec: { containers: containers.map((container) => ({ name: container })) },
  status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], containerStatuses: containers.map((container) => ({ name: container, state: { running: {} } })) },
}) as unknown as Pod;

describe('the pod of a process that a command runs in', () => {
  it('is ready before others, and young before old', () => {
    const pods = [pod('a', { ready: false, created: '2026-03-01T00:00:00Z' }), pod('b'), pod('c', { created: '2026-02-01T00:00:00Z' }), pod('d', { deletionTimestamp: 'now', created: '2026-04-01T00:00:00Z' })];
    expect(chooseContainer(web, pods, {})).toEqual({ namespace: 'shop', pod: 'c', container: 'web' });
  });

  it('is one of its own: those of a CronJob are those of its Jobs', () => {
    const cron = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'clean', namespace: 'shop', uid: '1' } } as KubeObject;
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'clean-1', namespace: 'shop', ownerReferences: [{ controller: true, uid: '1' }] }, spec: { selector: { matchLabels: { job: '1' } } } } as unknown as KubeObject;
    const pods = [pod('a'), pod('b', { labels: { job: '1' } })];
    expect(podsOfProcess(cron, [cron, job, web], pods).map(({ metadata }) => metadata.name)).toEqual(['b']);
    expect(podsOfProcess(web, [cron, job, web], pods).map(({ metadata }) => metadata.name)).toEqual(['a']);
  });

  it('must run, and what those do that do not is told', () => {
    expect(() => chooseContainer(web, [pod('a', { phase: 'Pending' }), pod('b', { deletionTimestamp: 'now' })], {})).toThrow('no pod of web runs; it has: a (Pending), b (is ending)');
    expect(() => chooseContainer(web, [pod('shop-a-1'), pod('shop-b-1')], { pod: '1' })).toThrow('several pods of web end with "1"');
  });

  it('has a container that the pod, the process or a person names', () => {
    const container = (options: Parameters<typeof pod>[1], wanted?: string) => chooseContainer(web, [pod('a', options)], { container: wanted }).container;
    expect(container({ containers: ['proxy', 'web'] })).toBe('web');
    expect(container({ containers: ['proxy', 'web'], annotations: { 'kubectl.kubernetes.io/default-container': 'proxy' } })).toBe('proxy');
    expect(container({ containers: ['proxy', 'web'] }, 'proxy')).toBe('proxy');
    expect(() => container({ containers: ['one', 'two'] })).toThrow('the pod a has several containers; name one with -c: one, two');
  });
});

it('the exit code of a command is told by a Status', () => {
  expect(exitCodeOf({ status: 'Success' })).toBe(0);
  expect(exitCodeOf({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '7' }] } })).toBe(7);
  expect(() => exitCodeOf({ status: 'Failure', reason: 'InternalError', message: 'no such program' })).toThrow('no such program');
});
