import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { ALGORITHM, type CertificateRequest, newKeys, toPem } from './certificate-authority';

/** A request for a certificate that somebody else signs, and the private key that stays here; both PEM. */
export interface SigningRequest {
  readonly request: string;
  readonly key: string;
}

/** With a new key. The signer decides on usage and lifetime. */
export async function newSigningRequest({ commonName, organizations = [], hosts = [] }: Omit<CertificateRequest, 'usage'>): Promise<SigningRequest> {
  const keys = await newKeys();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [...organizations.map((organization) => ({ O: [organization] })), { CN: [commonName] }], keys, signingAlgorithm: ALGORITHM,
    extensions: hosts.length > 0 ? [new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value })))] : [],
  });
  return { request: `${request.toString('pem')}\n`, key: toPem(keys.privateKey) };
}
