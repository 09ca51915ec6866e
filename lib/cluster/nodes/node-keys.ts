import * as fs from 'node:fs';
import * as path from 'node:path';
import { issueCertificate, type KeyPair } from '../pki/certificate-authority';
import { NODE_SERVICES_GROUP } from '../../api/node-services-group';

/** Certificates of a node on another host. Each call makes new ones; earlier ones stay valid until they expire. */
export async function issueNodeKeys(pkiDirectory: string, { nodeName, hosts, now }: { readonly nodeName: string; readonly hosts: readonly string[]; readonly now: number }) {
  const authority: KeyPair = { cert: fs.readFileSync(path.join(pkiDirectory, 'ca.crt'), 'utf8'), key: fs.readFileSync(path.join(pkiDirectory, 'ca.key'), 'utf8') };
  const [kubelet, services] = await Promise.all([
    issueCertificate(authority, { commonName: `system:node:${nodeName}`, organizations: ['system:nodes'], hosts: [...new Set([nodeName, ...hosts])], usage: 'both' }, now),
    issueCertificate(authority, { commonName: `${NODE_SERVICES_GROUP}:${nodeName}`, organizations: [NODE_SERVICES_GROUP], usage: 'client' }, now),
  ]);
  return { ca: authority.cert, kubelet, services };
}
