import { createHash } from 'node:crypto';
import { type Clock, sleep } from '../../base/clock';
import { isAlreadyExists, isConflict, isForbidden, isNotFound } from '../../api/status-error';
import type { KubeObject } from '../../api/types';
import { answered } from '../../client/answered';
import type { Client } from '../../client/client';
import type { KeyPair } from '../pki/certificate-authority';
import type { SigningRequest } from '../pki/signing-request';
import { isUsable, type KeyFiles } from './key-files';
import { type NodeCertificate, NODES_GROUP, nodeSigners, nodeUser } from './node-signers';

export interface CertificateConfig {
  readonly files: KeyFiles;
  readonly nodeName: string;
  /** Names and addresses by which the node's own port is called. */
  readonly hosts: readonly string[];
  /** Who asks for the certificate. */
  readonly requester: Client;
  /** Who approves the request, if they may. */
  readonly approver: Client;
  readonly clock: Clock;
  /** Somebody has to do something before it goes on: what. Told once a request. */
  readonly onWait: (what: string) => void;
}

const TYPE = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' };
const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const SOON = 50;
const PAUSE = 500;
/** An approved request is answered at once where somebody signs. */
const SIGNER_LIMIT = 60_000;

interface Condition { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }
interface Request extends KubeObject {
  readonly spec: object;
  readonly status?: { readonly certificate?: string; readonly conditions?: readonly Condition[] };
}

/** The certificate of the folder, or a new one from the cluster's signer when there is none that will do. Rejects when the request is denied, or may not be made. */
export async function obtainCertificate(which: NodeCertificate, config: CertificateConfig, signal: AbortSignal): Promise<KeyPair> {
  const { files, nodeName, clock } = config;
  const hosts = nodeSigners[which].withHosts ? config.hosts : [];
  const known = files.tryRead(which);
  if (known && isUsable(known.cert, { commonName: nodeUser(nodeName), hosts, now: clock.now() })) return known;

  const pending = files.tryReadRequest(which) ?? await newRequest(nodeName, hosts);
  files.writeRequest(which, pending);
  const name = requestName(pending);
  try {
    await ensureRequest(name, pending, which, config);
    const pair = { cert: await signed(name, which, config, signal), key: pending.key };
    files.writePair(which, pair);
    return pair;
  } catch (error) {
    if (!signal.aborted) files.forgetRequest(which);
    throw error;
  }
}

async function newRequest(nodeName: string, hosts: readonly string[]): Promise<SigningRequest> {
  const { newSigningRequest } = await import('../pki/signing-request.js');
  return newSigningRequest({ commonName: nodeUser(nodeName), organizations: [NODES_GROUP], hosts });
}

/** The same request has the same name: a start that was interrupted goes on with it. */
const requestName = ({ request }: SigningRequest) => `node-csr-${createHash('sha256').update(request).digest('hex').slice(0, 20)}`;

async function ensureRequest(name: string, { request }: SigningRequest, which: NodeCertificate, { requester, nodeName }: CertificateConfig): Promise<void> {
  const { signerName, usages } = nodeSigners[which];
  const body: Request = { ...TYPE, metadata: { name }, spec: { request: Buffer.from(request).toString('base64'), signerName, usages } };
  try {
    await requester.create(body);
  } catch (error) {
    if (isAlreadyExists(error)) return;
    if (!isForbidden(error)) throw error;
    throw new Error(`the user of the kubeconfig may not ask for a certificate of node ${nodeName}: ${error.message}; use an administrator's kubeconfig, or one with a bootstrap token of the group system:bootstrappers `
      + 'that may: kubectl create clusterrolebinding node-bootstrappers --clusterrole=system:node-bootstrapper --group=system:bootstrappers', { cause: error });
  }
}

async function signed(name: string, which: NodeCertificate, { requester, approver, nodeName, clock, onWait }: CertificateConfig, signal: AbortSignal): Promise<string> {
  let approvedAt: number | undefined;
  for (let mayApprove = true; ;) {
    signal.throwIfAborted();
    const request = await requester.tryGetObject(TYPE, { name }) as Request | undefined;
    if (!request) throw new Error(`the request ${name} for a certificate of node ${nodeName} was deleted before it was answered; run the command again`);
    const { certificate, conditions = [] } = request.status ?? {};
    if (certificate) return Buffer.from(certificate, 'base64').toString('utf8');
    const refusal = conditions.find(({ type, status }) => (type === 'Denied' || type === 'Failed') && status === 'True');
    if (refusal) throw new Error(`the request ${name} for a certificate of node ${nodeName} is ${refusal.type.toLowerCase()}: ${refusal.reason ?? ''} ${refusal.message ?? ''}`.trim());
    if (conditions.some(({ type }) => type === 'Approved')) {
      approvedAt ??= clock.now();
      if (clock.now() - approvedAt > SIGNER_LIMIT) throw new Error(`the request ${name} is approved, but nobody signs for ${nodeSigners[which].signerName}; this cluster cannot give certificates to nodes`);
    } else if (mayApprove) {
      mayApprove = await tryApprove(request, approver);
      if (!mayApprove) onWait(`waiting for an administrator to approve the certificate of node ${nodeName}: kubectl certificate approve ${name}`);
    }
    await sleep(clock, mayApprove ? SOON : PAUSE, signal);
  }
}

/** False when this user may not. True may also mean that somebody else has written meanwhile: the request is to be looked at again. */
async function tryApprove(request: Request, { transport }: Client): Promise<boolean> {
  const condition = { type: 'Approved', status: 'True', reason: 'TwelveNodeJoin', message: 'approved by the user of `twelve node join`' };
  const call = {
    method: 'PUT', path: `${PATH}/${request.metadata.name}/approval`, headers: { 'accept': 'application/json', 'content-type': 'application/json' },
    body: { ...request, status: { ...request.status, conditions: [...request.status?.conditions ?? [], condition] } },
  };
  try {
    answered(await transport(call), call);
    return true;
  } catch (error) {
    if (isForbidden(error)) return false;
    if (!isConflict(error) && !isNotFound(error)) throw error;
    return true;
  }
}
