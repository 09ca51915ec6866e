import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyJsonPatch } from '../../../lib/api/patch/json';
import { applyMergePatch } from '../../../lib/api/patch/merge';
import { applyStrategicMergePatch } from '../../../lib/api/patch/strategic';
import { trySchemaOf } from '../../../lib/api/schema/schema';

type JsonObject = Record<string, unknown>;
const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The merge patch that leads from one object to another. */
function diff(from: JsonObject, to: JsonObject): JsonObject {
  const gone = Object.keys(from).filter((key) => !Object.hasOwn(to, key)).map((key) => [key, null]);
  return Object.fromEntries([...gone, ...Object.entries(to).map(([key, value]) => [key, isObject(value) && isObject(from[key]) ? diff(from[key], value) : value])]);
}

describe('applyMergePatch', () => {
  it('applied to a difference gives the target', () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer()));
    const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(leaf, fc.dictionary(fc.constantFrom('x', 'y'), leaf)));
    fc.assert(fc.property(object, object, (from, to) => {
      expect(applyMergePatch(from, diff(from, to))).toEqual(to);
    }));
  });

  it('refuses what is no object with the words of the server', () => {
    expect(() => applyMergePatch({}, '"x"')).toThrow('error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}');
  });
});

describe('applyJsonPatch', () => {
  it('counts negative indexes from the end, and adds what it replaces', () => {
    const original = { list: ['a'], map: {} };
    expect(applyJsonPatch(original, [{ op: 'add', path: '/list/-1', value: 'b' }, { op: 'replace', path: '/map/a~1b', value: 1 }])).toEqual({ list: ['a', 'b'], map: { 'a/b': 1 } });
    expect(original).toEqual({ list: ['a'], map: {} });
  });

  it('refuses a patch whose test fails as a whole', () => {
    expect(() => applyJsonPatch({ a: 1 }, [{ op: 'test', path: '/a', value: 2 }])).toThrow('the server rejected our request due to an error in our request');
  });
});

describe('applyStrategicMergePatch', () => {
  const pod = trySchemaOf('v1', 'Pod')!;
  const original = { spec: { containers: [{ name: 'a', image: '1', args: ['x'] }, { name: 'b', image: '1' }] }, metadata: { finalizers: ['f', 'g'] } };
  const containers = (patch: object) => (applyStrategicMergePatch(original, { spec: patch }, pod) as typeof original).spec.containers;

  it('merges lists by their key and replaces those without', () => {
    expect(containers({ containers: [{ name: 'a', args: ['y'] }, { name: 'c' }] })).toEqual([{ name: 'a', image: '1', args: ['y'] }, { name: 'c' }, original.spec.containers[1]]);
  });

  it('follows the directives', () => {
    expect(containers({ containers: [{ $patch: 'delete', name: 'a' }] })).toEqual([original.spec.containers[1]]);
    expect(containers({ containers: [{ $patch: 'replace' }, { name: 'z' }] })).toEqual([{ name: 'z' }]);
    expect(containers({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }).map(({ name }) => name)).toEqual(['b', 'a']);
    expect(applyStrategicMergePatch(original, { metadata: { '$deleteFromPrimitiveList/finalizers': ['f'] } }, pod)).toMatchObject({ metadata: { finalizers: ['g'] } });
    expect(applyStrategicMergePatch({ metadata: { labels: { a: '1' } } }, { metadata: { labels: { $patch: 'replace', b: '2' } } }, pod)).toEqual({ metadata: { labels: { b: '2' } } });
  });

  it('refuses an element without its key', () => {
    expect(() => containers({ containers: [{ image: 'z' }] })).toThrow('map: map[image:z] does not contain declared merge key: name');
  });
});
