import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { JSONWebKeySet, JWTPayload } from 'jose' with { 'resolution-mode': 'import' };
import type { Clock } from '../../base/clock';
import { toTime } from '../../base/clock';
import type { UserInfo } from '../../api/request';
import { badRequest, invalid, newStatus, notFound, StatusError } from '../../api/status-error';
import type { ObjectReader } from '../object-reader';

const ALGORITHM = 'ES256';
const DEFAULT_SECONDS = 3600;

export interface TokenVerifier {
  /** undefined for a token that is not ours, has expired, or whose ServiceAccount, Pod or Secret is gone. */
  tryVerify(token: string, audiences?: readonly string[]): Promise<UserInfo | undefined>;
  /** Who issues the tokens, and the public keys they are checked with; absent when nothing is published. */
  readonly issuer?: string;
  readonly keySet?: () => Promise<JSONWebKeySet>;
}

export interface ServiceAccountTokensConfig {
  /** PEM. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly issuer: string;
  /** Audiences of tokens that do not ask for others. */
  readonly audiences: readonly string[];
  readonly reader: ObjectReader;
  readonly clock: Clock;
}

interface Bound {
  readonly name: string;
  readonly uid: string;
}

interface Claims extends JWTPayload {
  readonly 'kubernetes.io'?: { readonly namespace: string; readonly serviceaccount: Bound; readonly pod?: Bound; readonly secret?: Bound };
}

interface TokenRequestBody {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: { readonly kind?: string; readonly apiVersion?: string; readonly name?: string; readonly uid?: string };
  };
}

/**
 * Issues and checks bound service account tokens (JWT, ES256), as serviceaccounts/token of 1.28. A checked signature is remembered; that the account and what the
 * token is bound to still exist is looked up every time.
 */
export class ServiceAccountTokens implements TokenVerifier {
  private readonly verified = new Map<string, Claims>();

  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;
  private readonly keyId: string;

  constructor(private readonly config: ServiceAccountTokensConfig) {
    this.privateKey = createPrivateKey(config.privateKey);
    this.publicKey = createPublicKey(config.publicKey);
    this.keyId = createHash('sha256').update(this.publicKey.export({ type: 'spki', format: 'der' })).digest('base64url');
  }

  /** Answers a TokenRequest: the body with its defaults and a status. */
  async issue({ namespace, name, body }: { readonly namespace: string; readonly name: string; readonly body: unknown }): Promise<unknown> {
    const { reader, clock, issuer } = this.config;
    const account = reader.tryGet('ServiceAccount', { namespace, name });
    if (!account) throw notFound({ group: '', resource: 'serviceaccounts' }, name);
    const { spec = {} } = body as TokenRequestBody;
    const audiences = spec.audiences?.length ? spec.audiences : this.config.audiences;
    const seconds = spec.expirationSeconds ?? DEFAULT_SECONDS;
    checkExpiration(seconds);
    const now = Math.floor(clock.now() / 1000);
    const claims: Claims = {
      aud: [...audiences], exp: now + seconds, iat: now, nbf: now, iss: issuer, sub: `system:serviceaccount:${namespace}:${name}`,
      'kubernetes.io': { namespace, serviceaccount: { name, uid: account.metadata.uid ?? '' }, ...this.boundTo(namespace, name, spec.boundObjectRef) },
    };
    const { SignJWT } = await import('jose');
    const token = await new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, kid: this.keyId }).sign(this.privateKey);
    return {
      kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: { name, namespace, creationTimestamp: toTime(clock.now()), ...metadataOf(body) },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
      status: { token, expirationTimestamp: toTime((now + seconds) * 1000) },
    };
  }

  async tryVerify(token: string, audiences: readonly string[] = this.config.audiences): Promise<UserInfo | undefined> {
    const claims = await this.tryClaims(token);
    const bound = claims?.['kubernetes.io'];
    if (!claims || !bound || (claims.exp ?? 0) * 1000 < this.config.clock.now()) return undefined;
    if (![claims.aud ?? []].flat().some((audience) => audiences.includes(audience))) return undefined;
    const { reader } = this.config;
    const { namespace, serviceaccount, pod, secret } = bound;
    const alive = reader.tryGet('ServiceAccount', { namespace, name: serviceaccount.name })?.metadata.uid === serviceaccount.uid
      && (!pod || reader.tryGet('Pod', { namespace, name: pod.name })?.metadata.uid === pod.uid)
      && (!secret || reader.tryGet('Secret', { namespace, name: secret.name })?.metadata.uid === secret.uid);
    if (!alive) return undefined;
    return {
      username: `system:serviceaccount:${namespace}:${serviceaccount.name}`, uid: serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
      ...(pod && { extra: { 'authentication.kubernetes.io/pod-name': [pod.name], 'authentication.kubernetes.io/pod-uid': [pod.uid] } }),
    };
  }

  /** The public key as /openid/v1/jwks shows it. */
  readonly keySet = async (): Promise<JSONWebKeySet> => {
    const { exportJWK } = await import('jose');
    return { keys: [{ ...(await exportJWK(this.publicKey)), use: 'sig', alg: ALGORITHM, kid: this.keyId }] };
  };

  get issuer(): string {
    return this.config.issuer;
  }

  private async tryClaims(token: string): Promise<Claims | undefined> {
    const known = this.verified.get(token);
    if (known) return known;
    const { jwtVerify } = await import('jose');
    const expected = { issuer: this.config.issuer, algorithms: [ALGORITHM], currentDate: new Date(this.config.clock.now()) };
    try {
      const { payload } = await jwtVerify(token, this.publicKey, expected);
      if (this.verified.size >= 4096) this.verified.clear();
      this.verified.set(token, payload);
      return payload;
    } catch {
      return undefined;
    }
  }

  private boundTo(namespace: string, account: string, reference: NonNullable<TokenRequestBody['spec']>['boundObjectRef']): { pod?: Bound; secret?: Bound } {
    if (!reference) return {};
    const { kind = '', apiVersion = 'v1', name = '', uid } = reference;
    if ((kind !== 'Pod' && kind !== 'Secret') || apiVersion !== 'v1') throw badRequest(`cannot bind token for serviceaccount "${account}" to object kind "${kind}" in apiVersion "${apiVersion}"`);
    const resource = kind === 'Pod' ? 'pods' : 'secrets';
    const object = this.config.reader.tryGet(kind, { namespace, name });
    if (!object) throw notFound({ group: '', resource }, name);
    if (uid && uid !== object.metadata.uid) {
      const text = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
      throw new StatusError(newStatus(409, 'Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${text}`, { name, kind: resource }));
    }
    return { [kind === 'Pod' ? 'pod' : 'secret']: { name, uid: object.metadata.uid ?? '' } };
  }
}

function metadataOf(body: unknown): object {
  return (body as { readonly metadata?: object }).metadata ?? {};
}

function checkExpiration(seconds: number): void {
  const field = 'spec.expirationSeconds';
  const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
  if (seconds < 600) throw invalid(kind, '', [{ reason: 'FieldValueInvalid', field, message: `Invalid value: ${seconds}: may not specify a duration less than 10 minutes` }]);
  if (seconds > 2 ** 32) throw invalid(kind, '', [{ reason: 'FieldValueInvalid', field, message: `Invalid value: ${seconds}: may not specify a duration larger than 2^32 seconds` }]);
}
