import * as fs from 'node:fs';
import { expect, describe, it } from 'vitest';
import { packageFile } from '../../lib/base/package-root';
import { formatAreas } from '../corpus/areas';
import { checkCreates } from '../corpus/check-creates';
import { belowRatchet, defaultCorpus } from '../corpus/replay';

const corpus = process.env.KUBERNETES_CORPUS ?? defaultCorpus();
const AREAS = /^(validation-|crd-invalid|field-validation)/;

interface Ratchet {
  /** The least number of matching creates, by area. */
  readonly matched: Readonly<Record<string, number>>;
  /** Creates that cannot match, and why. */
  readonly exceptions: Readonly<Record<string, string>>;
}

/** Objects that a real Kubernetes 1.28 API server refused or accepted; the recordings lie beside a checkout, not in it. */
describe.skipIf(!fs.existsSync(corpus))('the offline check', () => {
  const { matched, exceptions } = JSON.parse(fs.readFileSync(packageFile('test/corpus/check-ratchet.json'), 'utf8')) as Ratchet;

  it('refuses and accepts the same objects as a real API server, at the same fields', () => {
    const creates = checkCreates(corpus, (area) => AREAS.test(area));
    const areas = [...new Set(creates.map(({ area }) => area))].map((area) => {
      const own = creates.filter((create) => create.area === area);
      return { area, matched: own.filter(({ matches }) => matches).length, total: own.length };
    });
    process.stdout.write(`${formatAreas(areas)}\n`);
    expect(creates.filter(({ id, matches }) => !matches && !(id in exceptions))).toEqual([]);
    expect(Object.keys(exceptions).filter((id) => !creates.some((create) => create.id === id && !create.matches))).toEqual([]);
    expect(belowRatchet(areas, matched)).toEqual([]);
  });
});
