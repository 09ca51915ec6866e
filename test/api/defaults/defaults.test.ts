import { describe, expect, it } from 'vitest';
import { decodeObject } from '../../../lib/api/decode';
import { applyDefaults } from '../../../lib/api/defaults/index';
import { resourceOf, type KindName } from '../../../lib/api/kinds';
import type { Deployment, Pod } from '../../../lib/api/types';

function defaulted<T>(kind: KindName, body: object): T {
  const resource = resourceOf(kind);
  const { object } = decodeObject(body, { resource, fieldValidation: 'Strict' });
  applyDefaults(object, resource);
  return object as T;
}

const pod = (container: object) => defaulted<Pod>('Pod', { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i', ...container }] } }).spec.containers[0];

describe('applyDefaults', () => {
  it('pulls an image always when its tag is latest or missing', () => {
    const policy = (image: string) => pod({ image })?.imagePullPolicy;
    expect(['nginx', 'nginx:latest', 'registry:5000/a/nginx', 'nginx:1', `nginx@sha256:${'a'.repeat(64)}`, ''].map(policy))
      .toEqual(['Always', 'Always', 'Always', 'IfNotPresent', 'IfNotPresent', 'IfNotPresent']);
  });

  it('lets a container request what it limits, in pods but not in templates', () => {
    expect(pod({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } } })?.resources?.requests).toEqual({ cpu: '100m', memory: '1Gi' });
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '1' } } }] } };
    const { spec } = defaulted<Deployment>('Deployment', { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } });
    expect(spec.template.spec?.containers[0]?.resources).toEqual({ limits: { cpu: '1' } });
    expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } });
  });

  it('changes nothing the second time', () => {
    const once = defaulted<Pod>('Pod', { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 1 }], livenessProbe: { httpGet: { port: 80 } } }], volumes: [{ name: 'v' }] } });
    const twice = structuredClone(once);
    applyDefaults(twice, resourceOf('Pod'));
    expect(twice).toEqual(once);
  });
});
