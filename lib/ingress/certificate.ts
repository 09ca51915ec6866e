import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Secret } from '../api/types';

/** Key and chain of a Secret in one text, as the proxy reads it; or why it cannot be used. */
export type CertificateAnswer = { readonly pem: string } | { readonly problem: string };

export function certificateOf(secret: DeepReadonly<Secret>): CertificateAnswer {
  let answer = known.get(secret);
  if (!answer) known.set(secret, answer = read(secret));
  return answer;
}

/** Reading keys is slow, and a Secret that has not changed is the same object. */
const known = new WeakMap<DeepReadonly<Secret>, CertificateAnswer>();

function read(secret: DeepReadonly<Secret>): CertificateAnswer {
  if (secret.type !== 'kubernetes.io/tls') return { problem: `is of type ${secret.type}, not kubernetes.io/tls` };
  const [chain, key] = ['tls.crt', 'tls.key'].map((name) => Buffer.from(secret.data?.[name] ?? '', 'base64').toString('utf8').trim());
  if (!chain || !key) return { problem: `has no ${chain ? 'tls.key' : 'tls.crt'}` };
  try {
    if (!new X509Certificate(chain).checkPrivateKey(createPrivateKey(key))) return { problem: 'has a tls.key that does not belong to its tls.crt' };
  } catch (error) {
    return { problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  return { pem: `${chain}\n${key}\n` };
}
