import { describe, expect, it } from 'vitest';
import { expand } from '../../lib/kubelet/environment/expand';
import { variablesOf } from '../../lib/kubelet/environment/service-environment';
import { fieldValue } from '../../lib/kubelet/environment/field-reference';
import { resourceValue } from '../../lib/kubelet/environment/resource-reference';
import { podOf } from './builders';

describe('expand', () => {
  it.each([
    ['$(A)-$(B)', 'a-$(B)'], ['$$(A)', '$(A)'], ['$$$(A)', '$a'], ['$A $', '$A $'], ['$(A', '$(A'], ['$()', '$()'],
  ])('makes %j into %j', (text, expected) => expect(expand(text, (name) => ({ A: 'a' })[name])).toBe(expected));
});

describe('variables of a container', () => {
  it('names a Service as Docker links did', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'redis-master' }, spec: { clusterIP: '10.0.0.11', ports: [{ name: 'db', port: 6379 }] } };
    expect(variablesOf(service)).toEqual({
      REDIS_MASTER_SERVICE_HOST: '10.0.0.11', REDIS_MASTER_SERVICE_PORT: '6379', REDIS_MASTER_SERVICE_PORT_DB: '6379', REDIS_MASTER_PORT: 'tcp://10.0.0.11:6379',
      REDIS_MASTER_PORT_6379_TCP: 'tcp://10.0.0.11:6379', REDIS_MASTER_PORT_6379_TCP_PROTO: 'tcp', REDIS_MASTER_PORT_6379_TCP_PORT: '6379', REDIS_MASTER_PORT_6379_TCP_ADDR: '10.0.0.11',
    });
  });

  it('reads fields of the pod', () => {
    const scope = { pod: podOf({}, { labels: { b: '2', a: '1' } }), podIp: '10.0.0.2', context: { nodeName: 'n1', nodeAddress: '192.0.2.1' } };
    expect(fieldValue('metadata.labels', scope)).toBe('a="1"\nb="2"');
    expect(fieldValue("metadata.labels['b']", scope)).toBe('2');
    expect(fieldValue('status.podIP', scope)).toBe('10.0.0.2');
    expect(() => fieldValue('spec.nothing', scope)).toThrow('unsupported fieldPath: spec.nothing');
  });

  it('reads resources in units of the divisor, rounded up, and takes the node for a limit that is not set', () => {
    const container = { name: 'app', image: 'x', resources: { limits: { memory: '65Mi', cpu: '250m' } } };
    const read = (resource: string, divisor?: string) => resourceValue({ resource, divisor }, podOf(), container, { 'memory': '1Gi', 'ephemeral-storage': '5Ki' });
    expect(read('limits.memory', '10Mi')).toBe('7');
    expect(read('limits.cpu')).toBe('1');
    expect(read('limits.cpu', '1m')).toBe('250');
    expect(read('requests.cpu', '1m')).toBe('250');
    expect(read('limits.ephemeral-storage')).toBe('5120');
  });
});
