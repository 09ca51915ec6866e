import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { oneOffPod, workloadOf } from '../../lib/apply/run/one-off-pod';
import { joinOverlapping } from '../../lib/apply/run/run-one-off';

const web = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop-web', namespace: 'shop', labels: { 'app.kubernetes.io/component': 'web' } },
  spec: {
    template: {
      metadata: { labels: { 'app.kubernetes.io/component': 'web' } },
      spec: {
        serviceAccountName: 'web', volumes: [{ name: 'files', emptyDir: {} }], initContainers: [{ name: 'prepare', image: 'a' }, { name: 'logs', image: 'b', restartPolicy: 'Always' }],
        containers: [{ name: 'proxy', image: 'c' }, { name: 'web', image: 'web:1', args: ['serve'], env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }], readinessProbe: {}, lifecycle: {}, volumeMounts: [{ name: 'files', mountPath: '/files' }] }],
      },
    },
  },
} as unknown as KubeObject;

describe('the pod of a one-off command', () => {
  it('has the image, variables, files and rights of the process, and nothing by which others find it', () => {
    expect(oneOffPod(web, { application: 'shop', suffix: 'abc12', command: ['psql', '-c', 'x'], stdin: true, tty: false })).toEqual({
      apiVersion: 'v1', kind: 'Pod',
      metadata: { name: 'shop-web-run-abc12', namespace: 'shop', labels: { 'twelve-factor.dev/app': 'shop', 'twelve-factor.dev/run': 'web', 'app.kubernetes.io/managed-by': 'twelve' } },
      spec: {
        serviceAccountName: 'web', volumes: [{ name: 'files', emptyDir: {} }], initContainers: [{ name: 'prepare', image: 'a' }], restartPolicy: 'Never', terminationGracePeriodSeconds: 5,
        containers: [{ name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }], volumeMounts: [{ name: 'files', mountPath: '/files' }], command: ['psql', '-c', 'x'], stdin: true, stdinOnce: true, tty: false }],
      },
    });
  });

  it('is that of a process that is there', () => {
    expect(workloadOf([web], 'web', 'shop')).toBe(web);
    expect(workloadOf([web], 'shop-web', 'shop')).toBe(web);
    expect(() => workloadOf([web], 'worker', 'shop')).toThrow(/shop has no process "worker"; it has: web/);
  });
});

it('what a terminal shows before and after somebody looks is joined without a repetition', () => {
  const join = (a: string, b: string) => joinOverlapping(Buffer.from(a), Buffer.from(b)).toString();
  expect([join('ab', 'bc'), join('ab', 'cd'), join('', 'x'), join('ab', 'ab')]).toEqual(['abc', 'abcd', 'x', 'ab']);
});
