import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../lib/check/check-objects';
import { sleeps } from '../../lib/check/rules/workloads/grace-period';

const SOUND = { readinessProbe: { httpGet: { path: '/', port: 80 } }, resources: { requests: { cpu: '50m', memory: '64Mi' } } };
const deployment = (container: object = {}, spec: object = {}, labels: object = { app: 'web' }) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { ...spec, containers: [{ name: 'web', image: 'nginx:1.22', ...SOUND, ...container }] } } },
});
const object = (kind: string, more: object) => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...more });
const service = (selector: object) => object('Service', { spec: { selector, ports: [{ port: 80 }] } });
const check = (...objects: object[]) => checkObjects(objects as never).map(({ rule, severity, field, fix }) => ({ rule, severity, field, fix }));

describe('the checks', () => {
  it('find nothing in what is right', () => {
    expect(check(deployment(), service({ app: 'web' }))).toEqual([]);
  });

  it('find a Service that selects nothing, and the labels that were meant', () => {
    expect(check(deployment({}, {}, { app: 'web', tier: 'front' }), service({ app: 'web', tier: 'fornt' })))
      .toEqual([{ rule: 'service-selects-nothing', severity: 'warning', field: 'spec.selector', fix: 'Deployment web has app=web,tier=front: use its labels' }]);
  });

  it.each(['nginx', 'nginx:latest', 'registry.example.com:5000/nginx'])('find that %s has no fixed version', (image) => {
    expect(check(deployment({ image }))).toMatchObject([{ rule: 'floating-tag', field: 'spec.template.spec.containers[0].image' }]);
  });

  it('find a preStop hook that is longer than the grace period', () => {
    const lifecycle = { preStop: { exec: { command: ['sh', '-c', 'sleep 3; apachectl -k graceful-stop; sleep 30'] } } };
    expect(check(deployment({ lifecycle }))).toMatchObject([{ rule: 'grace-period', severity: 'error' }]);
    expect(check(deployment({ lifecycle }, { terminationGracePeriodSeconds: 40 }))).toEqual([]);
    expect(sleeps('sleep 0.5; sleepy 9')).toBe(0.5);
  });

  it('find a variable whose key is missing, unless its object is not in the manifests or fills itself in', () => {
    const env = (kind: string, key: string) => deployment({ env: [{ name: 'A', valueFrom: { [kind]: { name: 'x', key } } }] });
    expect(check(env('configMapKeyRef', 'b'), object('ConfigMap', { data: { a: '1' } }))).toMatchObject([{ rule: 'missing-key', severity: 'error' }]);
    expect(check(env('configMapKeyRef', 'b'))).toEqual([]);
    expect(check(env('secretKeyRef', 'p'), { ...object('Secret', {}), metadata: { name: 'x', annotations: { 'twelve-factor.dev/secret-values': '{"p":{}}' } } })).toEqual([]);
  });

  it('find a password that is written down, and not one that is composed', () => {
    expect(check(deployment({ env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] }))).toMatchObject([{ rule: 'literal-credentials' }]);
    expect(check(deployment({ env: [{ name: 'DB_PASSWORD', value: '$(OTHER)' }, { name: 'TOKENIZER', value: 'bpe' }] }))).toEqual([]);
  });

  it('leave fields of the wrong type to the schema', () => {
    expect(check({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { template: { spec: { containers: 'none' } } } })).toMatchObject([{ rule: 'schema', field: 'spec.template.spec.containers', fix: 'write a list' }]);
  });
});
