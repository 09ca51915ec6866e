import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fieldNotes, handledAs, readThrough } from '../../../apps/docs/compatibility/field-notes';
import { documentedTypes } from '../../../apps/docs/compatibility/fields';
import { renderCompatibility } from '../../../apps/docs/compatibility/render';
import { findFieldReaders } from './read-fields';

const root = path.resolve(__dirname, '../../..');

/** Code that makes a field mean something. Validation, defaults and printing look at fields without doing what they say. */
const ACTING = [
  'lib/kubelet', 'lib/cri', 'lib/controllers', 'lib/scheduler', 'lib/proxy', 'lib/network-policy', 'lib/dns', 'lib/ingress', 'lib/cluster', 'lib/client', 'lib/apiserver',
  'lib/api/selectors.ts', 'lib/api/node-selectors.ts', 'lib/api/taints.ts', 'lib/api/pods.ts', 'lib/api/volume-binding.ts', 'lib/api/quota', 'lib/api/prepare-for-create.ts', 'lib/api/prepare-for-create.ts',
];
const LOOKING = ['lib/apiserver/table'];

describe('docs/compatibility.md', () => {
  const fields = documentedTypes().flatMap((type) => type.fields);
  const read = new Set<string>();

  beforeAll(() => {
    for (const [key, files] of findFieldReaders(ACTING)) {
      if ([...files].some((file) => !LOOKING.some((folder) => file.startsWith(`${folder}/`)))) read.add(key.split(' ')[1]);
    }
  });

  const isRead = (key: string) => {
    const [type, name] = key.split('.');
    return read.has(key) || (type in handledAs && read.has(`${handledAs[type]}.${name}`)) || key in readThrough;
  };

  it('is what the code says (npm run docs writes it)', () => {
    expect(fs.readFileSync(path.join(root, 'docs/compatibility.md'), 'utf8')).toBe(renderCompatibility());
  });

  it('no field of any kind is silently ignored: each is read by a component, refused, or named with its reason', () => {
    const ignored = fields.filter(({ key, refused }) => !refused && !isRead(key) && !fieldNotes.some((note) => note.field === key)).map(({ key }) => key);
    expect(ignored).toEqual([]);
  });

  it('the reasons are for fields that exist and that nobody reads', () => {
    const keys = new Set(fields.map(({ key }) => key));
    expect(fieldNotes.filter(({ field }) => !keys.has(field) || isRead(field)).map(({ field }) => field)).toEqual([]);
  });

  it('a field that is read through an interface of our own is read by the file that is named', () => {
    for (const [key, file] of Object.entries(readThrough)) expect(fs.readFileSync(path.join(root, file), 'utf8'), `${file} reads ${key}`).toMatch(new RegExp(`\\b${key.split('.')[1]}\\b`));
  });
});
