import { describe, expect, it } from 'vitest';
import { fieldAt, parseFieldPath, showFieldPath, withField } from '../../../lib/apply/fields/field-path';
import { showValue } from '../../../lib/apply/fields/show-value';

const object = {
  metadata: { annotations: { 'a.b/c': '1', 'a': '2' }, finalizers: ['x', 'y'] },
  spec: { replicas: 2, containers: [{ name: 'web', image: 'a', ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] }, { name: 'b.c' }] },
};

describe('the path of a field', () => {
  it.each([
    ['spec.replicas', 2, 'spec.replicas'],
    ['.spec.containers[name="web"].image', 'a', 'spec.containers[web].image'],
    ['spec.containers[b.c].name', 'b.c', 'spec.containers[b.c].name'],
    ['spec.containers[0].image', 'a', 'spec.containers[0].image'],
    ['.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].containerPort', 80, 'spec.containers[web].ports[containerPort=80,protocol=TCP].containerPort'],
    ['.metadata.annotations.a.b/c', '1', 'metadata.annotations."a.b/c"'],
    ['metadata.annotations["a.b/c"]', '1', 'metadata.annotations."a.b/c"'],
    ['metadata.annotations."a.b/c"', '1', 'metadata.annotations."a.b/c"'],
    ['.metadata.finalizers[="y"]', 'y', 'metadata.finalizers[="y"]'],
    ['spec.missing.deep', undefined, 'spec.missing.deep'],
  ])('%s', (text, value, shown) => {
    const steps = parseFieldPath(text, object);
    expect(fieldAt(object, steps)).toEqual(value);
    expect(showFieldPath(steps)).toBe(shown);
    expect(parseFieldPath(shown, object)).toEqual(steps);
  });

  it('that is none is refused with an example', () => {
    for (const text of ['', 'spec replicas]', '.spec..x', 'spec[']) expect(() => parseFieldPath(text, {}), text).toThrow(/write for example spec\.replicas/);
  });

  it('leads to a value that can be changed or taken away, and leaves the object itself alone', () => {
    const at = (text: string) => parseFieldPath(text, object);
    const before = JSON.stringify(object);
    expect(withField(object, at('spec.replicas'), undefined).spec).not.toHaveProperty('replicas');
    expect(withField(object, at('spec.containers[web].image'), 'b').spec.containers).toEqual([{ ...object.spec.containers[0], image: 'b' }, { name: 'b.c' }]);
    expect(withField(object, at('.metadata.finalizers[="x"]'), undefined).metadata.finalizers).toEqual(['y']);
    expect(withField({}, at('spec.replicas'), 3)).toEqual({ spec: { replicas: 3 } });
    expect(withField({ spec: {} }, at('spec.containers[web].image'), undefined)).toEqual({ spec: {} });
    expect(JSON.stringify(object)).toBe(before);
  });
});

it('a value is shown on one line, of a long one the beginning', () => {
  expect(['nginx:1.22', 'two words', 3, { a: 1 }, undefined].map((value) => showValue(value))).toEqual(['nginx:1.22', '"two words"', '3', '{"a":1}', 'nothing']);
  expect(showValue('x'.repeat(200))).toBe(`${'x'.repeat(100)}… (200 characters)`);
});
