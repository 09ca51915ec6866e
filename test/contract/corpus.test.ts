import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatAreas } from '../corpus/areas';
import { belowRatchet, defaultCorpus, readRatchet, replay } from '../corpus/replay';

const corpus = process.env.KUBERNETES_CORPUS ?? defaultCorpus();

/** Recorded answers of a real Kubernetes 1.28 API server; they lie beside a checkout, not in it. */
describe.skipIf(!fs.existsSync(corpus))('recorded behaviour of a real API server', () => {
  it('is matched in as many cases of every area as before', { timeout: 300_000 }, async () => {
    const areas = await replay(corpus);
    process.stdout.write(`${formatAreas(areas)}\n`);
    expect(belowRatchet(areas, readRatchet())).toEqual([]);
  });
});
