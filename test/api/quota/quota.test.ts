import { describe, expect, it } from 'vitest';
import { podProblems } from '../../../lib/apiserver/admission/limit-ranger';
import { addQuantities, podQuantities } from '../../../lib/api/quota/amounts';
import { isInScope } from '../../../lib/api/quota/scopes';
import { missingRequests, usageOf } from '../../../lib/api/quota/usage';
import type { Pod } from '../../../lib/api/types';

const PODS = { group: '', resource: 'pods' };

function pod(containers: Record<string, object>, more: object = {}): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: Object.entries(containers).map(([name, resources]) => ({ name, image: 'x', resources })), ...more } };
}

describe('what objects take of a quota', () => {
  it('is the sum of a pod\'s containers, or its largest init container', () => {
    const { spec } = pod({ a: { requests: { cpu: '100m', memory: '1Gi' } }, b: { requests: { cpu: '200m' } } }, { initContainers: [{ name: 'i', image: 'x', resources: { requests: { memory: '2Gi' } } }] });
    expect(podQuantities(spec, 'requests')).toEqual({ cpu: '300m', memory: '2Gi' });
  });

  it('counts sidecars beside the others, and beside the init containers after them', () => {
    const init = (name: string, cpu: string, more: object = {}) => ({ name, image: 'x', resources: { requests: { cpu } }, ...more });
    const cpuOf = (...initContainers: object[]) => podQuantities(pod({ a: { requests: { cpu: '100m' } } }, { initContainers }).spec, 'requests').cpu;
    expect(cpuOf(init('side', '200m', { restartPolicy: 'Always' }))).toBe('300m');
    expect(cpuOf(init('side', '200m', { restartPolicy: 'Always' }), init('large', '500m'))).toBe('700m');
    expect(cpuOf(init('large', '500m'), init('side', '200m', { restartPolicy: 'Always' }))).toBe('500m');
  });

  it('is nothing for a pod that has ended', () => {
    expect(usageOf(PODS, { ...pod({ a: {} }), status: { phase: 'Succeeded' } } as Pod)).toEqual({});
    expect(usageOf(PODS, pod({ a: {} }))).toEqual({ 'pods': '1', 'count/pods': '1' });
  });

  it('counts claims in all and by class', () => {
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {}, spec: { storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } } };
    expect(usageOf({ group: '', resource: 'persistentvolumeclaims' }, claim)).toMatchObject({ 'requests.storage': '1Gi', 'fast.storageclass.storage.k8s.io/requests.storage': '1Gi' });
  });

  it('keeps the form of the first quantity in a sum', () => {
    expect(addQuantities('512Mi', '512Mi')).toBe('1Gi');
    expect(addQuantities('1500m', '1')).toBe('2500m');
  });

  it('names the containers that do not say what they take', () => {
    expect(missingRequests(pod({ a: {}, b: { limits: { cpu: '1' } } }), ['limits.cpu', 'pods'])).toEqual(['limits.cpu for: a']);
  });

  it('counts only pods in scope', () => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: {}, spec: { scopes: ['BestEffort'] } };
    expect(isInScope(quota, PODS, pod({ a: {} }))).toBe(true);
    expect(isInScope(quota, PODS, pod({ a: { requests: { cpu: '1' } } }))).toBe(false);
    expect(isInScope(quota, { group: '', resource: 'services' }, pod({}))).toBe(false);
  });
});

describe('LimitRange', () => {
  it('names everything outside of it', () => {
    const limits = [{ type: 'Container', max: { cpu: '1' }, min: { memory: '64Mi' }, maxLimitRequestRatio: { cpu: '2' } }, { type: 'Pod', max: { cpu: '3' } }];
    expect(podProblems(pod({ a: { requests: { cpu: '500m' }, limits: { cpu: '2' } }, b: { requests: { cpu: '1', memory: '64Mi' }, limits: { cpu: '1500m' } } }), limits)).toEqual([
      'minimum memory usage per Container is 64Mi.  No request is specified',
      'maximum cpu usage per Container is 1, but limit is 2',
      'cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
      'maximum cpu usage per Container is 1, but limit is 1500m',
      'maximum cpu usage per Pod is 3, but limit is 3500m',
    ]);
  });
});
