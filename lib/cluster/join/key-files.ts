import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { KeyPair } from '../pki/certificate-authority';
import type { SigningRequest } from '../pki/signing-request';
import type { NodeCertificate } from './node-signers';

/** A certificate is made anew when less than this part of its time is left. */
const RENEW_BELOW = 0.2;

/** The certificates of a joined node, in a folder of mode 0700; files are 0600. */
export class KeyFiles {
  constructor(private readonly directory: string) {}

  tryRead(name: NodeCertificate): KeyPair | undefined {
    const [cert, key] = [this.file(`${name}.crt`), this.file(`${name}.key`)];
    return fs.existsSync(cert) && fs.existsSync(key) ? { cert: fs.readFileSync(cert, 'utf8'), key: fs.readFileSync(key, 'utf8') } : undefined;
  }

  /** The request that still waits for its certificate: the next start goes on with it. */
  tryReadRequest(name: NodeCertificate): SigningRequest | undefined {
    const file = this.file(`${name}.pending`);
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) as SigningRequest : undefined;
  }

  writeRequest(name: NodeCertificate, request: SigningRequest): void {
    this.write(`${name}.pending`, JSON.stringify(request));
  }

  /** The request is answered, or refused for good. */
  forgetRequest(name: NodeCertificate): void {
    fs.rmSync(this.file(`${name}.pending`), { force: true });
  }

  writePair(name: NodeCertificate, { cert, key }: KeyPair): void {
    this.write(`${name}.key`, key);
    this.write(`${name}.crt`, cert);
    this.forgetRequest(name);
  }

  /** Everything: they are of another cluster, or the node leaves. */
  clear(): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  /** Whole or not at all, also when the process dies in between. */
  private write(name: string, text: string): void {
    fs.mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    fs.writeFileSync(`${this.file(name)}.new`, text, { mode: 0o600 });
    fs.renameSync(`${this.file(name)}.new`, this.file(name));
  }

  private file(name: string): string {
    return path.join(this.directory, name);
  }
}

/** Milliseconds since the epoch at which the certificate should be made anew. Pure. */
export function renewalTime(pem: string): number {
  const { validFrom, validTo } = new X509Certificate(pem);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return to - (to - from) * RENEW_BELOW;
}

/** Whether the certificate names the node and all of its hosts, and is not due. Pure. */
export function isUsable(pem: string, { commonName, hosts, now }: { readonly commonName: string; readonly hosts: readonly string[]; readonly now: number }): boolean {
  const certificate = new X509Certificate(pem);
  return certificate.subject.split('\n').includes(`CN=${commonName}`) && renewalTime(pem) > now
    && hosts.every((host) => certificate.checkHost(host) !== undefined || certificate.checkIP(host) !== undefined);
}
