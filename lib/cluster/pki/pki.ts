import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CertificateRequest, KeyPair } from './certificate-authority';

/** Every key of one runtime. Certificates and keys are PEM. */
export interface Pki {
  readonly ca: KeyPair;
  /** What the API server shows its clients. */
  readonly server: KeyPair;
  /** A user in `system:masters`, for the kubeconfig. */
  readonly admin: KeyPair;
  /** The API server as a client of the nodes. */
  readonly kubeletClient: KeyPair;
  /** What the node's own port shows. */
  readonly kubeletServer: KeyPair;
  /** How servers behind APIServices and webhooks know the API server: an authority of its own. */
  readonly frontProxy: { readonly ca: KeyPair; readonly client: KeyPair };
  /** Signs service account tokens (ECDSA P-256). */
  readonly serviceAccount: { readonly privateKey: string; readonly publicKey: string };
}

export interface PkiOptions {
  /** Names and addresses of the API server besides the usual ones. */
  readonly serverHosts: readonly string[];
  readonly nodeName: string;
  readonly nodeHosts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const RENEW_BEFORE = 30 * 86_400_000;
const SERVER_NAMES = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', '127.0.0.1'];

/**
 * The keys in the directory (mode 0700, files 0600): made where they are missing, made again where they expire within 30 days or do not cover
 * a host. The authority itself is never replaced, so a kubeconfig that was handed out stays valid. May be called again; not concurrently.
 */
export async function ensurePki(directory: string, { serverHosts, nodeName, nodeHosts, now }: PkiOptions): Promise<Pki> {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ca = await ensureAuthority(directory, 'ca', 'kubernetes', now);
  const frontProxyCa = await ensureAuthority(directory, 'front-proxy-ca', 'front-proxy-ca', now);
  const leaf = (name: string, request: CertificateRequest) => ensureLeaf(directory, name, ca, request, now);
  return {
    ca,
    server: await leaf('apiserver', { commonName: 'kube-apiserver', hosts: [...new Set([...SERVER_NAMES, ...serverHosts])], usage: 'server' }),
    admin: await leaf('admin', { commonName: 'kubernetes-admin', organizations: ['system:masters'], usage: 'client' }),
    kubeletClient: await leaf('apiserver-kubelet-client', { commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'], usage: 'client' }),
    kubeletServer: await leaf('kubelet', { commonName: `system:node:${nodeName}`, organizations: ['system:nodes'], hosts: [...new Set([nodeName, ...nodeHosts])], usage: 'both' }),
    frontProxy: { ca: frontProxyCa, client: await ensureLeaf(directory, 'front-proxy-client', frontProxyCa, { commonName: 'front-proxy-client', usage: 'client' }, now) },
    serviceAccount: ensureServiceAccountKey(directory),
  };
}

async function ensureAuthority(directory: string, name: string, commonName: string, now: number): Promise<KeyPair> {
  const found = tryRead(directory, name);
  if (found) return found;
  const { createCertificateAuthority } = await import('./certificate-authority.js');
  return write(directory, name, await createCertificateAuthority(commonName, now));
}

async function ensureLeaf(directory: string, name: string, ca: KeyPair, request: CertificateRequest, now: number): Promise<KeyPair> {
  const found = tryRead(directory, name);
  if (found && isGood(found.cert, ca, request, now)) return found;
  const { issueCertificate } = await import('./certificate-authority.js');
  return write(directory, name, await issueCertificate(ca, request, now));
}

/** Signed by this authority, not about to expire, and for every host that is asked for. */
function isGood(pem: string, ca: KeyPair, { hosts = [] }: CertificateRequest, now: number): boolean {
  const certificate = new X509Certificate(pem);
  return certificate.checkIssued(new X509Certificate(ca.cert))
    && Date.parse(certificate.validTo) - now > RENEW_BEFORE
    && hosts.every((host) => certificate.checkHost(host) !== undefined || certificate.checkIP(host) !== undefined);
}

function ensureServiceAccountKey(directory: string): Pki['serviceAccount'] {
  const [privateFile, publicFile] = [path.join(directory, 'sa.key'), path.join(directory, 'sa.pub')];
  if (!fs.existsSync(privateFile) || !fs.existsSync(publicFile)) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeSecret(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    writeSecret(publicFile, publicKey.export({ type: 'spki', format: 'pem' }).toString());
  }
  return { privateKey: fs.readFileSync(privateFile, 'utf8'), publicKey: fs.readFileSync(publicFile, 'utf8') };
}

function tryRead(directory: string, name: string): KeyPair | undefined {
  const [cert, key] = [path.join(directory, `${name}.crt`), path.join(directory, `${name}.key`)];
  return fs.existsSync(cert) && fs.existsSync(key) ? { cert: fs.readFileSync(cert, 'utf8'), key: fs.readFileSync(key, 'utf8') } : undefined;
}

function write(directory: string, name: string, pair: KeyPair): KeyPair {
  writeSecret(path.join(directory, `${name}.key`), pair.key);
  writeSecret(path.join(directory, `${name}.crt`), pair.cert);
  return pair;
}

/** Whole or not at all, also when the process dies in between. */
function writeSecret(file: string, text: string): void {
  fs.writeFileSync(`${file}.new`, text, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
