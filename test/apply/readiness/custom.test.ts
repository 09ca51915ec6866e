import { describe, expect, it } from 'vitest';
import { hasReadiness, readinessOf } from '../../../lib/apply/readiness/index';
import { tryUserRule } from '../../../lib/apply/readiness/user-rule';

const widget = (status: object | undefined, metadata: object = {}) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', generation: 2, ...metadata }, ...(status && { status }) }) as never;
const condition = (type: string, status: string, more: object = {}) => ({ conditions: [{ type, status, reason: 'Why', message: 'because', ...more }] });

describe('a custom resource', () => {
  it.each([
    ['says nothing', undefined, { done: true, successful: true }],
    ['is ready', condition('Ready', 'True'), { done: true, successful: true, message: 'Ready' }],
    ['is not ready yet', condition('Ready', 'False'), { done: false, message: 'Why: because' }],
    ['does not know yet', condition('Ready', 'Unknown'), { done: false }],
    ['was ready before the change', condition('Ready', 'True', { observedGeneration: 1 }), { done: false }],
    ['has a controller that has not seen the change', { ...condition('Ready', 'True'), observedGeneration: 1 }, { done: false, message: 'its controller has not seen the change yet' }],
    ['is available', condition('Available', 'True'), { done: true, successful: true }],
    ['is being worked on', condition('Reconciling', 'True'), { done: false, message: 'Why: because' }],
    ['is stalled', condition('Stalled', 'True'), { done: true, successful: false, message: 'Stalled: Why: because' }],
    ['has failed', condition('Failed', 'True'), { done: true, successful: false }],
    ['has a status of another form', { conditions: 'none' }, { done: true, successful: true }],
  ])('that %s', (_what, status, expected) => {
    expect(hasReadiness(widget(status))).toBe(true);
    expect(readinessOf(widget(status))).toMatchObject(expected);
  });
});

describe('a rule of somebody', () => {
  const rule = (ready: string, failed?: string) => ({ annotations: { 'twelve-factor.dev/ready-when': ready, ...(failed && { 'twelve-factor.dev/failed-when': failed }) } });

  it.each([
    ['Synced=True', condition('Synced', 'True'), 'Synced=True'],
    ['.status.phase=Running', { phase: 'Running' }, '.status.phase=Running'],
    ['{.status.phase}=Running', { phase: 'Running' }, '{.status.phase}=Running'],
    ['.status.endpoint', { endpoint: 'http://x' }, '.status.endpoint'],
    ['.status.ready=true, Synced=True', { ready: true, ...condition('Synced', 'True') }, '.status.ready=true, Synced=True'],
    ['{.status.conditions[?(@.type=="Synced")].status}=True', condition('Synced', 'True'), '{.status.conditions[?(@.type=="Synced")].status}=True'],
  ])('%s', (text, status, message) => {
    expect(readinessOf(widget(status, rule(text)))).toEqual({ done: true, successful: true, message });
    expect(readinessOf(widget({}, rule(text)))).toMatchObject({ done: false, message: `not yet ${message}` });
    expect(readinessOf(widget({ ...status, observedGeneration: 1 }, rule(text)))).toMatchObject({ done: false });
  });

  it('may say when there is no hope', () => {
    expect(readinessOf(widget({ phase: 'Broken' }, rule('.status.phase=Running', '.status.phase=Broken')))).toEqual({ done: true, successful: false, message: '.status.phase=Broken' });
  });

  it('of the kind counts where the object has none', () => {
    const ofKind = tryUserRule(rule('.status.phase=Running').annotations);
    expect(readinessOf(widget({ phase: 'Starting' }), ofKind)).toMatchObject({ done: false });
    expect(readinessOf(widget({ phase: 'Starting' }, rule('.status.phase=Starting')), ofKind)).toMatchObject({ done: true });
  });

  it('of a kind is not about its definition', () => {
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'x', ...rule('.status.phase=Running') }, status: condition('Established', 'True') };
    expect(readinessOf(definition as never)).toMatchObject({ done: true, successful: true });
  });

  it('comes on top of what Kubernetes knows about its own kinds', () => {
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', ...rule('.data.done=yes') } };
    expect(hasReadiness(config)).toBe(true);
    expect(readinessOf(config)).toMatchObject({ done: false });
    expect(readinessOf({ ...config, data: { done: 'yes' } } as never)).toMatchObject({ done: true });
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x', ...rule('Available=True') }, spec: { replicas: 1 }, status: condition('Available', 'True') };
    expect(readinessOf(deployment as never)).toMatchObject({ done: false, message: '0/1' });
  });

  it('that cannot be read is refused', () => {
    expect(() => tryUserRule(rule('Ready').annotations)).toThrow('the annotation twelve-factor.dev/ready-when: "Ready" is neither a condition (Ready=True) nor a field with its value (.status.phase=Running)');
    expect(() => tryUserRule(rule('.status[=x').annotations)).toThrow(/the annotation twelve-factor.dev\/ready-when/);
  });
});
