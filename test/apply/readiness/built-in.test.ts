import { describe, expect, it } from 'vitest';
import { readinessOf } from '../../../lib/apply/readiness/index';

const deployment = (status: object, generation = 2) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', generation }, spec: { replicas: 2 }, status: { observedGeneration: 2, ...status } }) as never;

describe('a Deployment', () => {
  it('is not done while its status is that of an earlier spec', () => {
    expect(readinessOf(deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 }, 3)).done).toBe(false);
  });

  it('is not done while old pods are left or new ones are not available', () => {
    expect(readinessOf(deployment({ replicas: 3, updatedReplicas: 2, availableReplicas: 2 }))).toMatchObject({ done: false, message: '2/2, 1 old to stop' });
    expect(readinessOf(deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 1 }))).toMatchObject({ done: false, message: '1/2' });
  });

  it('says why its pods are refused', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'pods "web-1" is forbidden: violates PodSecurity "restricted:latest"' }];
    expect(readinessOf(deployment({ conditions }))).toMatchObject({ done: false, message: '0/2, pods "web-1" is forbidden: violates PodSecurity "restricted:latest"' });
  });

  it('is done with all replicas new and available, and never again after its deadline', () => {
    expect(readinessOf(deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 }))).toEqual({ done: true, successful: true, message: '2/2' });
    expect(readinessOf(deployment({ updatedReplicas: 1, conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] }))).toMatchObject({ done: true, successful: false });
  });
});

it.each([
  ['a Job that has failed', { apiVersion: 'batch/v1', kind: 'Job', metadata: {}, spec: {}, status: { conditions: [{ type: 'Failed', status: 'True', message: 'too often' }] } }, { done: true, successful: false, message: 'failed: too often' }],
  ['a Job that is complete', { apiVersion: 'batch/v1', kind: 'Job', metadata: {}, spec: {}, status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } }, { done: true, successful: true }],
  ['a LoadBalancer without an address', { apiVersion: 'v1', kind: 'Service', metadata: {}, spec: { type: 'LoadBalancer' } }, { done: false }],
  ['a ClusterIP Service', { apiVersion: 'v1', kind: 'Service', metadata: {}, spec: {} }, { done: true, successful: true }],
  ['a claim that waits for its first consumer', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {}, spec: {}, status: { phase: 'Pending' } }, { done: true, successful: true }],
  ['a StatefulSet in the middle of an update', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { generation: 1 }, spec: { replicas: 1 }, status: { observedGeneration: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'b' } }, { done: false }],
  ['a ReplicaSet whose pods are refused', { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: {}, spec: { replicas: 1 }, status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }] } }, { done: false, isStuck: true, message: '0/1, exceeded quota' }],
  ['a Deployment that is paused', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec: { replicas: 2, paused: true }, status: { availableReplicas: 2 } }, { done: true, successful: true, message: '2/2, paused' }],
  ['a StatefulSet whose pods have to be ready for a while', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {}, spec: { replicas: 1, minReadySeconds: 5 }, status: { readyReplicas: 1, availableReplicas: 0 } }, { done: false }],
  ['a DaemonSet that has not reached all nodes', { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: {}, spec: {}, status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 } }, { done: false, message: '1/2' }],
  ['a volume that could not be recycled', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: {}, spec: {}, status: { phase: 'Failed', message: 'no recycler' } }, { done: true, successful: false, message: 'Failed: no recycler' }],
  ['a volume that is free', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: {}, spec: {}, status: { phase: 'Available' } }, { done: true, successful: true }],
  ['an autoscaler that does not find its target', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: {}, spec: {}, status: { conditions: [{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message: 'not found' }] } }, { done: false, message: 'FailedGetScale: not found' }],
  ['an autoscaler that has no metrics yet', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: {}, spec: {}, status: { conditions: [{ type: 'ScalingActive', status: 'False' }] } }, { done: true, successful: true }],
  ['a disruption budget that was not counted', { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { generation: 2 }, spec: {}, status: { observedGeneration: 1 } }, { done: false }],
  ['a namespace that is being deleted', { apiVersion: 'v1', kind: 'Namespace', metadata: { deletionTimestamp: 'x' } }, { done: true, successful: false }],
  ['a definition that is established', { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: {}, status: { conditions: [{ type: 'Established', status: 'True' }] } }, { done: true, successful: true }],
  ['an extension of the API that does not answer', { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: {}, status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints', message: 'none' }] } }, { done: false, message: 'MissingEndpoints: none' }],
  ['a request for a certificate that was denied', { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: {}, status: { conditions: [{ type: 'Denied', status: 'True', reason: 'No' }] } }, { done: true, successful: false, message: 'Denied: No' }],
  ['a CronJob', { apiVersion: 'batch/v1', kind: 'CronJob', metadata: {} }, { done: true, successful: true }],
  ['a kind without a rule', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }, { done: true, successful: true }],
])('%s', (_what, object, expected) => {
  expect(readinessOf(object as never)).toMatchObject(expected);
});

it('an object that is not there is not done', () => {
  expect(readinessOf(undefined).done).toBe(false);
});
