import { settleConcurrently } from '../base/concurrently';
import type { DeepReadonly } from '../base/deep-readonly';
import { RELEASE_LABEL } from '../api/label-keys';
import { isInvalid, isNotFound, StatusError } from '../api/status-error';
import type { KubeObject } from '../api/types';
import type { Client } from '../client/client';
import { ApplyError } from './apply-error';
import { applyObject } from './apply-object';
import { explainRefusal } from './explain-refusal';
import { liveObjects } from './live-objects';
import { describeObject, type Manifest } from './load/manifest';
import { planObject, type PlannedObject } from './plan';
import type { TaskState } from './releases/decide-release';
import { identityKey, identityOf, type Release } from './releases/release';
import { isReleaseTask } from './stages';
import { FIELD_MANAGER } from './field-manager';
import type { FieldConflict } from './fields/conflicts';
import { leftFields, withoutLeft } from './fields/leave-fields';
import { foreignOwner } from './ownership/foreign-owner';
import { afterTakeOver, isDeployed, isDeployerName, isSameAsDeployed } from './ownership/take-over';

export interface PlanOptions {
  readonly client: Client;
  readonly application: string;
  readonly force: boolean;
  /** Fields that others have set to something else are left to them. @default false */
  readonly leaveConflicts?: boolean;
  /** Objects of another application, or of another tool, are taken over. */
  readonly adopt: boolean;
  /** What kubectl and Helm have set beside the manifests is taken away, in the application's own objects. @default as adopt */
  readonly restores?: boolean;
  /** Whether a release task is to run, given its Job as it is in the cluster. @default it is a Job like any other */
  readonly taskState?: (task: KubeObject, live: DeepReadonly<KubeObject> | undefined) => TaskState;
  /** The release that runs: what it has made and the cluster has cleaned away (a Job that is done) is not made again. */
  readonly current: Release | undefined;
}

/** Requests at the same time: each is a connection, and a handshake costs as much as several requests. */
const CONCURRENCY = 8;
/** Others use them too: they are left to the application that has them. */
const SHARED = ['Namespace', 'CustomResourceDefinition'];

/** Asks the server about everything and changes nothing. All refusals are told at once. In the order of the manifests. */
export async function planObjects(manifests: readonly Manifest[], options: PlanOptions): Promise<readonly PlannedObject[]> {
  const results = await planEach(manifests, options);
  const refusals = results.flatMap((result, index) => (result.status === 'rejected' ? [result.reason instanceof RefusedError ? result.reason.message : explainRefusal(manifests[index], result.reason)] : []));
  if (refusals.length > 0) throw new ApplyError(`${refusals.join('\n')}\nnothing was changed`, 'plan');
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** As planObjects, with the refusal of each object in its place. */
export function planEach(manifests: readonly Manifest[], options: PlanOptions): Promise<readonly PromiseSettledResult<PlannedObject>[]> {
  const later = new Set(manifests.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name));
  const left = leftFields(manifests);
  const liveOf = liveObjects(options.client, manifests.map(({ object }) => object));
  return settleConcurrently(manifests, CONCURRENCY, (manifest) => planOne(manifest, { newNamespaces: later, left: left(manifest.object), liveOf }, options));
}

/** Its message says which object, and what to do. */
class RefusedError extends Error {}

interface Situation {
  /** Namespaces that this apply makes. */
  readonly newNamespaces: ReadonlySet<string | undefined>;
  /** Fields that are left to others. */
  readonly left: readonly string[];
  readonly liveOf: ReturnType<typeof liveObjects>;
}

async function planOne(manifest: Manifest, { newNamespaces, left, liveOf }: Situation, options: PlanOptions): Promise<PlannedObject> {
  const { client, application, adopt, current, taskState } = options;
  const { object } = manifest;
  const { namespace } = object.metadata;
  try {
    const live = await liveOf(object);
    const owner = live && foreignOwner(live, object, application);
    if (owner !== undefined && !adopt) {
      if (SHARED.includes(object.kind)) return { ...manifest, action: 'unchanged', fields: [] };
      throw new Error(`it belongs to ${owner}; choose another name, or take it over with --adopt`);
    }
    if (taskState && isReleaseTask(object)) return await planTask(manifest, taskState(object, live), client);
    // Somebody deletes it at this moment: an apply to it would be lost.
    if (live?.metadata.deletionTimestamp) return { ...manifest, action: 'replace', fields: [], live };
    if (!live && object.kind === 'Job' && isPartOf(current, object)) return { ...manifest, action: 'unchanged', fields: [], gone: true };
    return await dryRun(manifest, live, left, options);
  } catch (error) {
    // What is in a namespace, or of a kind, that this apply makes cannot be tried before.
    const cause = error instanceof RefusedError ? error.cause : error;
    const early = isNotFound(cause) && newNamespaces.has(namespace);
    const unknownKind = !(cause instanceof StatusError) && /no matches for kind/.test(String(error));
    if (early || unknownKind) return { ...manifest, action: isReleaseTask(object) ? 'run' : 'create', fields: [] };
    throw error;
  }
}

async function dryRun(manifest: Manifest, live: DeepReadonly<KubeObject> | undefined, left: readonly string[], { client, force, leaveConflicts, adopt, restores = adopt }: PlanOptions): Promise<PlannedObject> {
  const { object } = manifest;
  const wanted = withRelease(live ? withoutLeft(object, live, left) : object, live?.metadata.labels?.[RELEASE_LABEL]);
  const takes = ({ owner, subresource }: FieldConflict) => adopt && isDeployerName(owner, subresource);
  try {
    const { sent, answer } = await applyObject(client, wanted, { force, leave: leaveConflicts, takes }, { dryRun: true });
    const takeOver = live !== undefined && isDeployed(live) && (restores || isSameAsDeployed(live, answer));
    return { ...planObject(manifest, live, takeOver ? afterTakeOver(answer) : answer), sent, ...(takeOver && { takeOver }) };
  } catch (error) {
    if (live?.kind === 'Job' && isInvalid(error) && /field is immutable/.test(String(error))) return { ...manifest, action: 'replace', fields: ['spec.template'], live };
    throw new RefusedError(explainRefusal(manifest, error, live), { cause: error });
  }
}

/** Under another name, so that the server says whether it would take it: what is there cannot be changed. */
async function planTask(manifest: Manifest, state: TaskState, client: Client): Promise<PlannedObject> {
  if (state === 'done') return { ...manifest, action: 'unchanged', fields: [], gone: true };
  if (state === 'running') return { ...manifest, action: 'run', fields: [], isRunning: true };
  const { object } = manifest;
  const name = `${(object.metadata.name ?? '').slice(0, 58)}-plan`;
  await client.apply({ ...object, metadata: { ...object.metadata, name } }, { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', dryRun: true, force: true });
  return { ...manifest, action: 'run', fields: [] };
}

function isPartOf(release: Release | undefined, object: KubeObject): boolean {
  const key = identityKey(identityOf(object));
  const known = release?.objects?.find((candidate) => identityKey(identityOf(candidate)) === key);
  return known !== undefined && JSON.stringify(known) === JSON.stringify(object);
}

/** The object as it is written in a release: the label says which one last changed it. Pure. */
export function withRelease(object: KubeObject, release: string | undefined): KubeObject {
  return release === undefined ? object : { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [RELEASE_LABEL]: release } } };
}

export const describeAll = (objects: readonly PlannedObject[]) => objects.map(({ object }) => describeObject(object)).join(', ') || 'none';
