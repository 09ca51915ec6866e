import { describe, expect, it } from 'vitest';
import { decodeObject } from '../../../lib/api/decode';
import { defaultCustomResource } from '../../../lib/api/schema/custom-resource-defaults';
import { validateCustomResource } from '../../../lib/api/schema/custom-resource-validation';
import { schemaOfCustomResource } from '../../../lib/api/schema/schema';
import type { CustomSchema } from '../../../lib/api/schema/schema';
import type { KubeObject } from '../../../lib/api/types';

const source: CustomSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object', required: ['color'],
      properties: {
        size: { type: 'integer', minimum: 1, default: 3 }, color: { type: 'string', enum: ['red', 'blue'] }, any: { 'x-kubernetes-preserve-unknown-fields': true },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      },
    },
  },
};
const resource = { group: 'example.com', version: 'v1', kind: 'Widget', resource: 'widgets', namespaced: true };
const widget = (spec: object) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec });

describe('custom resources', () => {
  it('are pruned to their schema, with a warning for each field', () => {
    const { object, warnings } = decodeObject(widget({ color: 'red', deep: { a: 1 }, any: { b: 1 } }), { resource, schema: schemaOfCustomResource(source), fieldValidation: 'Warn' });
    expect(warnings).toEqual(['unknown field "spec.deep"']);
    expect(object).toMatchObject({ spec: { color: 'red', any: { b: 1 } } });
    expect(object).not.toHaveProperty('spec.deep');
  });

  it('get the defaults of their schema, also in place of null', () => {
    const object = widget({ size: null });
    defaultCustomResource(object, source);
    expect(object.spec).toEqual({ size: 3 });
  });

  it('are checked against their schema', () => {
    const errors = validateCustomResource(widget({ size: 0, color: 'green', set: ['a', 'a'] }) as KubeObject, source);
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
      'spec.color: Unsupported value: "green": supported values: "red", "blue"',
      'spec.set[1]: Duplicate value: "a"',
    ]);
    expect(validateCustomResource(widget({}) as KubeObject, source)).toMatchObject([{ field: 'spec.color', message: 'Required value' }]);
  });
});
