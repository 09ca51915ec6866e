import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { constructPages, trySynthesizeExample } from '../../../apps/docs/constructs/examples';
import { insertYaml } from '../../../apps/docs/constructs/insert-yaml';
import { parseManifests } from '../../../lib/apply/load/parse-manifests';
import { checkObjects } from '../../../lib/check/check-objects';

const root = path.resolve(__dirname, '../../..');
const read = (page: string) => fs.readFileSync(path.join(root, page), 'utf8');

describe.each(['README.md', ...constructPages()])('the example in %s', (page) => {
  it('runs, the checks find nothing in it, and its YAML is the one on the page', async () => {
    const yaml = await trySynthesizeExample(page, process.env) ?? '';
    const objects = parseManifests(yaml, page).map(({ object }) => object);
    expect(objects.length).toBeGreaterThan(0);
    expect(checkObjects(objects).map(({ rule, object, field, message }) => `${rule} ${object.kind} ${object.metadata.name} ${field}: ${message}`)).toEqual([]);
    if (page !== 'README.md') expect(read(page), 'npm run docs writes it').toBe(insertYaml(read(page), yaml));
  });
});
