import { gunzipSync, gzipSync } from 'node:zlib';
import { APP_LABEL, RELEASE_LABEL } from '../../api/label-keys';
import type { KubeObject, Secret } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { needsValues } from '../secrets/resolve-secrets';

/** `pending`: being applied, or its client was ended. `failed`: not all of it got ready. */
export type ReleaseStatus = 'pending' | 'deployed' | 'failed';

/** Who applied what, and why. */
export interface Authorship {
  /** `user@host` */
  readonly by: string;
  /** Of git, with `-dirty` when files differ from it. */
  readonly revision?: string;
}

/** One apply that changed something: never changed afterwards but for its status. */
export interface Release extends Authorship {
  readonly application: string;
  readonly number: number;
  readonly status: ReleaseStatus;
  /** ISO time of its beginning. */
  readonly at: string;
  /** `2 created, 1 changed` */
  readonly summary: string;
  /** The release that it brought back. */
  readonly rollbackTo?: number;
  /** What was applied; Secrets without their values. undefined when it was too much to be kept. */
  readonly objects: readonly KubeObject[] | undefined;
  /** What may be in the cluster: its objects, and those of earlier releases that were still needed. */
  readonly inventory: readonly Identity[];
}

export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export const identityOf = ({ apiVersion, kind, metadata: { namespace, name = '' } }: DeepReadonly<KubeObject>): Identity => ({ apiVersion, kind, ...(namespace && { namespace }), name });
/** Without the version: an object is the same in all versions of its group. */
export const identityKey = ({ apiVersion, kind, namespace = '', name }: Identity) => `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}/${namespace}/${name}`;

/** On the Secrets that hold releases. */
export const RECORD_LABEL = 'twelve-factor.dev/record';
const PREFIX = 'twelve-factor.dev/';
/** Of the Secrets that releases are kept in. */
export const RELEASE_TYPE = `${PREFIX}release`;
const MOST = 900_000;

export const releaseSecretName = (application: string, number: number) => `${application}.release-${number}`;

/** The Secret that holds a release. Pure. */
export function encodeRelease(release: Release, namespace: string): Secret {
  const { application, number, objects, inventory } = release;
  const manifests = pack(objects?.map(withoutSecretValues));
  return {
    apiVersion: 'v1', kind: 'Secret', type: RELEASE_TYPE, immutable: true,
    metadata: {
      name: releaseSecretName(application, number), namespace,
      labels: { [APP_LABEL]: application, [RECORD_LABEL]: 'release', [RELEASE_LABEL]: String(number) },
      annotations: statusAnnotations(release),
    },
    data: { inventory: pack(inventory), ...(manifests.length < MOST && { manifests }) },
  };
}

/** What of a release may change later. */
export function statusAnnotations({ status, at, by, revision, summary, rollbackTo }: Pick<Release, 'status' | 'at' | 'by' | 'revision' | 'summary' | 'rollbackTo'>): Record<string, string> {
  return {
    [`${PREFIX}status`]: status, [`${PREFIX}at`]: at, [`${PREFIX}by`]: by, [`${PREFIX}summary`]: summary,
    ...(revision && { [`${PREFIX}revision`]: revision }), ...(rollbackTo !== undefined && { [`${PREFIX}rollback-to`]: String(rollbackTo) }),
  };
}

export function decodeRelease({ metadata: { labels = {}, annotations = {} }, data = {} }: DeepReadonly<Secret>): Release {
  const text = (key: string) => annotations[`${PREFIX}${key}`];
  return {
    application: labels[APP_LABEL] ?? '', number: Number(labels[RELEASE_LABEL]), status: (text('status') ?? 'pending') as ReleaseStatus,
    at: text('at') ?? '', by: text('by') ?? '', summary: text('summary') ?? '', ...(text('revision') && { revision: text('revision') }),
    ...(text('rollback-to') && { rollbackTo: Number(text('rollback-to')) }),
    objects: data['manifests'] === undefined ? undefined : unpack(data['manifests']) as readonly KubeObject[],
    inventory: data['inventory'] === undefined ? [] : unpack(data['inventory']) as readonly Identity[],
  };
}

/** Values stay where they are used, in the Secrets of the cluster. Pure. */
export function withoutSecretValues(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret') return object;
  const { data: _, stringData: __, ...rest } = object as Secret;
  return rest;
}

/** Whether a Secret's values are in the manifest itself: a release cannot bring these back. */
export const hasOwnValues = (object: KubeObject) => object.kind === 'Secret' && !needsValues(object);

const pack = (value: unknown) => gzipSync(Buffer.from(JSON.stringify(value ?? null)), { level: 9 }).toString('base64');
const unpack = (text: string): unknown => JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')) ?? undefined;
