import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { checkManifests } from '../../../lib/check/check-manifests';
import { readManifests } from '../../../lib/check/read-manifests';

const manifests = path.join(__dirname, 'manifests');
const shared = path.resolve(__dirname, '../../../../shared/fixtures');

/** `vitest -u` writes the list anew; each line in it should be one that a user of Kubernetes agrees with. */
it('the findings of manifests as people write them are the reviewed ones', async () => {
  const lines = fs.readdirSync(manifests).sort().flatMap((file) => {
    const { manifests: read, problems } = readManifests(fs.readFileSync(path.join(manifests, file), 'utf8'), file);
    const findings = checkManifests(read, { unreadable: problems }).findings
      .map(({ severity, rule, object: { kind, metadata: { name } }, field, message }) => `${severity} ${rule}: ${kind} ${name} ${field}: ${message}`);
    return [`# ${file}`, ...(findings.length > 0 ? findings.sort() : ['nothing']), ''];
  });
  await expect(lines.join('\n')).toMatchFileSnapshot('./samples.txt');
});

it.skipIf(!fs.existsSync(shared))('the manifests are the shared ones (skipped without them)', () => {
  for (const file of fs.readdirSync(manifests)) expect(fs.readFileSync(path.join(manifests, file), 'utf8'), file).toBe(fs.readFileSync(path.join(shared, file), 'utf8'));
});
