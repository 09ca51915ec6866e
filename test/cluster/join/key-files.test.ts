import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUsable, KeyFiles, renewalTime } from '../../../lib/cluster/join/key-files';
import { createCertificateAuthority, issueCertificate, type KeyPair } from '../../../lib/cluster/pki/certificate-authority';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const DAY = 86_400_000;

describe('the certificates of a joined node', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-keys-'));
  const files = new KeyFiles(path.join(folder, 'pki'));
  let pair: KeyPair;
  beforeAll(async () => {
    pair = await issueCertificate(await createCertificateAuthority('test', NOW), { commonName: 'system:node:one', organizations: ['system:nodes'], hosts: ['one', '192.0.2.7'], usage: 'both' }, NOW);
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it('are for the user alone', () => {
    files.writePair('kubelet-client', pair);
    expect(files.tryRead('kubelet-client')).toEqual(pair);
    for (const name of fs.readdirSync(path.join(folder, 'pki'))) expect(fs.statSync(path.join(folder, 'pki', name)).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.join(folder, 'pki')).mode & 0o777).toBe(0o700);
  });

  it('keep the request that waits until it is answered', () => {
    files.writeRequest('kubelet-serving', { request: 'r', key: 'k' });
    expect(files.tryReadRequest('kubelet-serving')).toEqual({ request: 'r', key: 'k' });
    files.writePair('kubelet-serving', pair);
    expect(files.tryReadRequest('kubelet-serving')).toBeUndefined();
  });

  it('are renewed when a fifth of their time is left', () => {
    expect(renewalTime(pair.cert) / DAY).toBeCloseTo(NOW / DAY + 365 * 0.8, 0);
  });

  it('are used for their own node, its addresses and their time only', () => {
    const wanted = { commonName: 'system:node:one', hosts: ['one', '192.0.2.7'], now: NOW };
    expect(isUsable(pair.cert, wanted)).toBe(true);
    expect(isUsable(pair.cert, { ...wanted, commonName: 'system:node:two' })).toBe(false);
    expect(isUsable(pair.cert, { ...wanted, hosts: ['192.0.2.8'] })).toBe(false);
    expect(isUsable(pair.cert, { ...wanted, now: NOW + 300 * DAY })).toBe(false);
  });
});
