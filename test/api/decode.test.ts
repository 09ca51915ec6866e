import { describe, expect, it } from 'vitest';
import { decodeObject } from '../../lib/api/decode';
import { resourceOf } from '../../lib/api/kinds';
import { trySchemaOf } from '../../lib/api/schema/schema';
import { zeroObject } from '../../lib/api/decode/values';

const deployment = resourceOf('Deployment');
const configMap = resourceOf('ConfigMap');

const withSpec = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec });

describe('decodeObject', () => {
  it('drops unknown fields and warns of each with its path, in the order of the text', () => {
    const text = '{"metadata":{"name":"d","x":1},"spec":{"y":2,"replicas":1,"replicas":2}}';
    const { object, warnings } = decodeObject(text, { resource: deployment, fieldValidation: 'Warn' });
    expect(warnings).toEqual(['unknown field "metadata.x"', 'unknown field "spec.y"', 'duplicate field "spec.replicas"']);
    expect(object).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 2 } });
    expect(object).not.toHaveProperty('spec.y');
  });

  it('refuses unknown fields under Strict', () => {
    expect(() => decodeObject(withSpec({ foo: 1 }), { resource: deployment, fieldValidation: 'Strict' }))
      .toThrow('Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo"');
  });

  it('names the Go field of a wrong type', () => {
    expect(() => decodeObject(withSpec({ replicas: 'two' }), { resource: deployment, fieldValidation: 'Ignore' }))
      .toThrow('json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32');
  });

  it('shows the beginning of a body that is no JSON', () => {
    expect(() => decodeObject('{not json', { resource: configMap, fieldValidation: 'Warn' }))
      .toThrow("json parse error: invalid character 'n' looking for beginning of object key string ({not json)");
  });

  it('writes quantities and times in canonical form and leaves out what is empty', () => {
    const { object } = decodeObject(withSpec({
      paused: false, minReadySeconds: 0, replicas: 0,
      template: { spec: { hostNetwork: false, containers: [{ name: 'c', resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }] } },
    }), { resource: deployment, fieldValidation: 'Warn' });
    expect(object).toEqual({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', creationTimestamp: null },
      spec: {
        replicas: 0, selector: null, strategy: {},
        template: { metadata: { creationTimestamp: null }, spec: { containers: [{ name: 'c', resources: { limits: { cpu: '500m', memory: '1Gi' } } }] } },
      },
      status: {},
    });
  });

  it('keeps what is left after one decoding as it is in the next', () => {
    const { object } = decodeObject(withSpec({ replicas: 1, template: { spec: { containers: [{ name: 'c' }] } } }), { resource: deployment, fieldValidation: 'Warn' });
    expect(decodeObject(object, { resource: deployment, fieldValidation: 'Strict' })).toEqual({ object, warnings: [] });
  });

  it('moves stringData of a Secret into data', () => {
    const { object } = decodeObject({ metadata: { name: 's' }, data: { a: 'MQ==' }, stringData: { b: 'ü' } }, { resource: resourceOf('Secret'), fieldValidation: 'Warn' });
    expect(object).toMatchObject({ data: { a: 'MQ==', b: 'w7w=' } });
    expect(object).not.toHaveProperty('stringData');
  });

  it('reads YAML 1.1 and reports keys written twice', () => {
    const text = 'metadata:\n  name: cm\nimmutable: yes\ndata:\n  a: "1"\n  a: "2"\n';
    const { object, warnings } = decodeObject(text, { resource: configMap, fieldValidation: 'Warn', yaml: true });
    expect(object).toMatchObject({ immutable: true, data: { a: '2' } });
    expect(warnings).toEqual(['yaml: unmarshal errors:\n  line 6: key "a" already set in map']);
  });
});

describe('zeroObject', () => {
  it('exists for every built-in kind', () => {
    expect(zeroObject(trySchemaOf('v1', 'Pod')!)).toEqual({ metadata: { creationTimestamp: null }, spec: { containers: null }, status: {} });
  });
});
