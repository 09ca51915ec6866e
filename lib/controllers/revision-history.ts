import { isDeepStrictEqual } from 'node:util';
import type { DeepReadonly } from '../base/deep-readonly';
import { controllerReference } from '../api/object-key';
import { isAlreadyExists } from '../api/status-error';
import type { ControllerRevision, KubeObject, LabelSelector, PodTemplateSpec } from '../api/types';
import { claim } from './claim';
import type { ControllerContext } from './controller';
import { templateHash } from './deployment/template-hash';
import { writeStatus } from './write-status';

type Revision = DeepReadonly<ControllerRevision>;
type Template = DeepReadonly<PodTemplateSpec>;

export interface RevisionOwner extends KubeObject {
  readonly spec: { readonly selector: LabelSelector; readonly template: PodTemplateSpec; readonly revisionHistoryLimit?: number };
  readonly status?: { readonly collisionCount?: number };
}

/** The templates that a StatefulSet or DaemonSet had, oldest first, and the one it has now. */
export interface Revisions {
  readonly all: readonly Revision[];
  readonly update: Revision;
}

export const revisionHash = ({ metadata }: Revision) => metadata.labels?.['controller.kubernetes.io/hash'] ?? metadata.labels?.['controller-revision-hash'] ?? '';

export function templateOf({ data }: Revision): Template {
  const { $patch: _patch, ...template } = (data as { readonly spec?: { readonly template?: Template & { readonly $patch?: string } } } | undefined)?.spec?.template ?? {};
  return template;
}

const hasTemplate = (revision: Revision, owner: DeepReadonly<RevisionOwner>) => isDeepStrictEqual(plain(templateOf(revision)), plain(owner.spec.template));

/** Makes the revision of the current template, or gives the one that has it the newest number. */
export async function ensureRevisions(owner: DeepReadonly<RevisionOwner>, hashLabel: string, context: ControllerContext): Promise<Revisions> {
  const all = [...await claim('ControllerRevision', owner, owner.spec.selector, context)].sort((a, b) => a.revision - b.revision);
  const next = (all.at(-1)?.revision ?? 0) + 1;
  const equal = all.filter((revision) => hasTemplate(revision, owner)).at(-1);
  if (equal && equal === all.at(-1)) return { all, update: equal };
  if (equal) {
    const newest = { ...equal, revision: next };
    const update = await context.client.update(newest) as Revision;
    return { all: [...all.filter((revision) => revision !== equal), update], update };
  }
  const revision = newRevision(owner, hashLabel, next);
  try {
    const update = await context.client.create(revision) as Revision;
    return { all: [...all, update], update };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const update = await context.client.get('ControllerRevision', { namespace: owner.metadata.namespace, name: revision.metadata.name ?? '' });
    if (hasTemplate(update, owner)) return { all: [...all, update], update };
    // Another template, or another owner, has the same name by chance: the next one is made with the count.
    await writeStatus(context.client, owner, { ...owner.status, collisionCount: (owner.status?.collisionCount ?? 0) + 1 });
    throw new Error(`the ControllerRevision ${revision.metadata.name} of ${owner.kind} ${owner.metadata.name} is taken; trying another name`, { cause: error });
  }
}

/** Pure. */
export function newRevision(owner: DeepReadonly<RevisionOwner>, hashLabel: string, revision: number): Revision {
  const hash = templateHash(owner.spec.template, owner.status?.collisionCount);
  return {
    apiVersion: 'apps/v1', kind: 'ControllerRevision',
    metadata: {
      name: `${owner.metadata.name}-${hash}`, namespace: owner.metadata.namespace, annotations: owner.metadata.annotations,
      labels: { ...owner.spec.template.metadata?.labels, [hashLabel]: hash }, ownerReferences: [controllerReference(owner)],
    },
    data: { spec: { template: { ...owner.spec.template, $patch: 'replace' } } } as Revision['data'],
    revision,
  };
}

/** Deletes the oldest revisions beyond the limit that no pod has any more. */
export async function pruneRevisions(owner: DeepReadonly<RevisionOwner>, { all }: Revisions, isUsed: (one: Revision) => boolean, { client }: ControllerContext): Promise<void> {
  const unused = all.filter((revision) => !isUsed(revision));
  const excess = unused.slice(0, Math.max(0, unused.length - (owner.spec.revisionHistoryLimit ?? 10)));
  for (const { metadata } of excess) await client.tryDelete('ControllerRevision', { namespace: metadata.namespace, name: metadata.name ?? '' });
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_key, field: unknown) => (field === null ? undefined : field)));
