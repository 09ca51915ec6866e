import { type Clock, toTime } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { ReportedImage } from '../api/program-report';
import { isForbidden } from '../api/status-error';
import type { KubeObject, Service } from '../api/types';
import { checkManifests } from '../check/check-manifests';
import { locateFindings } from '../check/locate';
import { formatPosition } from '../check/origin';
import { toRecord } from '../check/output/finding-record';
import type { Client } from '../client/client';
import { addressesOf } from './addresses';
import { homeNamespace, labelled } from './application';
import { ApplyError } from './apply-error';
import type { Address, ApplyEvent, PlannedChange } from './apply-event';
import { applyStages } from './apply-stages';
import { deleteObjects } from './delete';
import { explainProgress } from './diagnose/explain-failure';
import type { ImageSupplier } from './images/image-supplier';
import { supplyImages } from './images/supply-images';
import { describeObject, type Manifest } from './load/manifest';
import { withLock } from './lock';
import type { PlannedObject } from './plan';
import { planObjects } from './plan-objects';
import { inNamespace, withSecrets } from './prepare';
import { tryUserRule } from './readiness/user-rule';
import { findPrune } from './prune/find-prune';
import { type PrunePlan, removesEverything } from './prune/prune-plan';
import { decideRelease, type ReleaseDecision, taskStates } from './releases/decide-release';
import { type Authorship, identityOf, type Release, withoutSecretValues } from './releases/release';
import { currentRelease, releasesToForget, ReleaseStore } from './releases/release-store';
import { summarize } from './releases/summarize';
import type { SecretSources } from './secrets/resolve-secrets';
import { type Stage, stagesOf } from './stages';
import { waitUntilReady } from './wait-until-ready';

/** How an apply becomes a release. */
export interface ReleaseOptions extends Authorship {
  /** How many are kept to be rolled back to. @default 10 */
  readonly keep?: number;
  /** It brings back this one: release tasks do not run. @default none */
  readonly rollbackTo?: number;
}

export interface ApplyOptions {
  readonly client: Client;
  readonly manifests: readonly Manifest[];
  readonly application: string;
  /** For objects that name none. */
  readonly namespace: string;
  readonly secrets: SecretSources;
  /** Images that the program builds, and who makes them. @default none */
  readonly images?: { readonly reported: readonly ReportedImage[]; readonly supplier: ImageSupplier };
  /** Records what is applied, and removes what has left the program. @default neither */
  readonly releases?: ReleaseOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds to get ready. 0: do not wait. */
  readonly timeout: number;
  /** Take over fields that somebody else has set. */
  readonly force: boolean;
  /** Leave fields that somebody else has set to something else to their owners. @default false */
  readonly leaveConflicts?: boolean;
  /** Take over objects of another application, of kubectl or of Helm. @default false */
  readonly adopt?: boolean;
  /** What kubectl and Helm have set beside the manifests is taken away. @default as adopt */
  readonly restores?: boolean;
  /** Nothing of what was there before has to be in the manifests. @default false: that is taken for a mistake */
  readonly allowPruneAll?: boolean;
  /** `Kind/name` of what is not pruned this time. @default nothing */
  readonly keep?: readonly string[];
  /** Ends after the plan. @default false */
  readonly dryRun?: boolean;
  /** Asked after the plan, before anything is changed, with what is going to be; rejects when it is not to be. @default it is */
  readonly approve?: (changes: readonly PlannedChange[]) => Promise<void>;
  readonly onEvent: (event: ApplyEvent) => void;
}

const KEEP = 10;

/**
 * Brings manifests to a cluster: check → build (images that are missing) → plan (a dry run of everything, so that nothing is half-applied) → apply in stages → wait → prune → record.
 * Applied again without changes it writes nothing. Rejects with ApplyError, whose message says what is wrong and what was done until then.
 */
export async function apply(options: ApplyOptions): Promise<void> {
  const situation = await planApply(options);
  const { plan, prune } = situation;
  const objects: readonly PlannedChange[] = [...plan.map(plannedChange), ...prune.remove.map((object) => ({ ...identity(object), action: 'prune' as const, fields: [] }))];
  options.onEvent({ stage: 'plan', application: options.application, objects });
  guard(situation, options);
  if (options.dryRun) return;
  await options.approve?.(objects.filter(({ action }) => action !== 'unchanged'));

  const release = await execute(situation, options);
  const changed = plan.filter(({ action }) => action !== 'unchanged').length + prune.remove.length;
  const kept = prune.keep.flatMap(({ object, reason }) => (reason === 'referenced' ? [] : [{ ...identity(object), reason }]));
  options.onEvent({ stage: 'done', changed, addresses: release.addresses, kept, ...(release.number !== undefined && { release: release.number }) });
}

export interface Situation {
  readonly plan: readonly PlannedObject[];
  readonly stages: readonly Stage<PlannedObject>[];
  readonly prune: PrunePlan;
  /** Oldest first; empty without records. */
  readonly past: readonly Release[];
  readonly store: ReleaseStore | undefined;
}

/** What an apply would do: everything up to its plan. Changes nothing. */
export async function planApply(options: ApplyOptions): Promise<Situation> {
  const { client, application, namespace } = options;
  await check(options);
  const placed = await inNamespace(client, labelled(await withImages(options), application), namespace);
  const manifests = await withSecrets(client, placed, options.secrets);
  refuseUnreadable(manifests);
  stagesOf(manifests); // a circle of dependencies is told before the server is asked

  const { store, past } = await openReleases(options, homeNamespace(placed, namespace));
  const releases = store && options.releases;
  const wanted = manifests.map(({ object }) => object);
  const plan = await planObjects(manifests, {
    client, application, force: options.force, leaveConflicts: options.leaveConflicts, adopt: options.adopt ?? false, restores: options.restores, current: currentRelease(past),
    ...(releases && { taskState: releases.rollbackTo === undefined ? taskStates(past) : () => 'done' as const }),
  });
  const prune = store ? await findPrune({ client, application, releases: past, kept: kept(past, releases), wanted, asked: options.keep }) : { remove: [], keep: [] };
  return { plan, stages: stagesOf(plan), prune, past, store };
}

/** Who may not read Secrets applies without a record, and is told what that means. */
async function openReleases({ client, application, releases, onEvent }: ApplyOptions, namespace: string): Promise<Pick<Situation, 'store' | 'past'>> {
  if (!releases) return { store: undefined, past: [] };
  const store = new ReleaseStore(client, application, namespace);
  try {
    return { store, past: await store.list() };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    onEvent({ stage: 'limit', message: `releases are kept in Secrets, and you may not read these (${error.message}): no release is recorded, nothing is pruned, and release tasks are Jobs like others` });
    return { store: undefined, past: [] };
  }
}

/** The releases that stay when one more has come. */
function kept(past: readonly Release[], { keep = KEEP }: { readonly keep?: number } = {}): readonly Release[] {
  const forgotten = releasesToForget(past, keep - 1);
  return past.filter((release) => !forgotten.includes(release));
}

async function check({ manifests, releases, onEvent }: ApplyOptions): Promise<void> {
  const findings = await locateFindings(checkManifests(manifests).findings);
  onEvent({ stage: 'check', objects: manifests.length, findings: findings.map(toRecord) });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0 || releases?.rollbackTo !== undefined) return; // what has run before may run again
  throw new ApplyError(errors.map(({ object, field, message, fix, rule, location }) =>
    `${location ? `${formatPosition(location)}: ` : ''}${describeObject(object)}: ${field ? `${field}: ` : ''}${message}; ${fix} [${rule}]`).join('\n'), 'check');
}

/** What our annotations say has to be readable before anything is changed. */
function refuseUnreadable(manifests: readonly Manifest[]): void {
  for (const { object, source } of manifests) {
    try {
      tryUserRule(object.metadata.annotations);
    } catch (error) {
      throw new ApplyError(`${describeObject(object)} (${source}): ${error instanceof Error ? error.message : String(error)}`, 'check', { cause: error });
    }
  }
}

async function withImages({ manifests, images, signal, onEvent }: ApplyOptions): Promise<readonly Manifest[]> {
  if (!images) return manifests;
  return supplyImages(manifests, { images: images.reported, supplier: images.supplier, signal, onProgress: (progress) => onEvent({ stage: 'build', ...progress }) });
}

function guard({ plan, prune, past }: Situation, { application, allowPruneAll }: ApplyOptions): void {
  if (allowPruneAll || !removesEverything(past, plan.map(({ object }) => object), prune)) return;
  throw new ApplyError(`nothing that ${application} had is in what is applied now, so all of it would be removed: ${prune.remove.map(describeObject).join(', ')}
nothing was changed; if it is another application, give it another name, and if it is meant, say --allow-prune-all`, 'plan');
}

interface Executed {
  readonly number?: number;
  readonly addresses: readonly Address[];
}

async function execute(situation: Situation, options: ApplyOptions): Promise<Executed> {
  const { plan, stages, prune, past, store } = situation;
  const changes = plan.filter(({ action }) => action !== 'unchanged').length + prune.remove.length;
  const decision = store ? decideRelease(past, plan.map(({ object }) => object), changes) : undefined;
  const number = decision?.kind === 'new' ? decision.number : decision?.kind === 'finish' ? decision.release.number : undefined;
  const staged = { ...options, deadline: options.timeout === 0 ? Infinity : options.clock.now() + options.timeout, release: number?.toString() };

  const isFoundation = ({ name }: Stage<PlannedObject>) => name === 'foundation';
  await applyStages(stages.filter(isFoundation), staged); // the release is kept in a namespace that may be among them
  const rest = stages.filter((stage) => !isFoundation(stage));
  if (!store || number === undefined) {
    await applyStages(rest, staged);
    return { addresses: await waitForAll(plan, options, staged.deadline) };
  }
  const lock = { ...options, namespace: store.namespace, holder: options.releases?.by ?? '', id: options.secrets.generate(6) };
  return withLock(lock, async (lost) => {
    const signal = AbortSignal.any([options.signal, lost]);
    const release = await begin(number, decision, situation, options);
    try {
      await applyStages(rest, { ...staged, signal });
      const addresses = await waitForAll(plan, { ...options, signal }, staged.deadline);
      await pruneAll(prune, { ...options, signal });
      for (const old of releasesToForget([...past.filter((one) => one !== release), { ...release, status: 'deployed' }], options.releases?.keep ?? KEEP)) await store.remove(old);
      await store.mark(release, 'deployed');
      return { number, addresses };
    } catch (error) {
      // An interrupted one stays open: the next apply of the same goes on with it.
      if (!signal.aborted) await store.mark(release, 'failed').catch(() => undefined);
      throw error;
    }
  });
}

/** The record is there before anything is changed, so that a client that is killed leaves nothing that nobody knows of. */
async function begin(number: number, decision: ReleaseDecision | undefined, situation: Situation, options: ApplyOptions): Promise<Release> {
  const { store, past } = situation;
  const newest = (await store?.list() ?? []).at(-1)?.number;
  if (newest !== past.at(-1)?.number) throw new ApplyError(`${options.application} has got release ${newest} meanwhile; apply again, and look at the plan`, 'apply');
  if (decision?.kind === 'finish') return decision.release;
  const release = newRelease(number, situation, options);
  await store?.create(release);
  return release;
}

function newRelease(number: number, { plan, prune }: Situation, { application, releases, clock }: ApplyOptions): Release {
  const objects = plan.map(({ object }) => withoutSecretValues(object));
  return {
    application, number, status: 'pending', at: toTime(clock.now()), by: releases?.by ?? '', ...(releases?.revision && { revision: releases.revision }),
    ...(releases?.rollbackTo !== undefined && { rollbackTo: releases.rollbackTo }), summary: summarize(plan, prune), objects,
    inventory: [...objects, ...prune.remove, ...prune.keep.map(({ object }) => object)].map(identityOf),
  };
}

async function waitForAll(plan: readonly PlannedObject[], options: ApplyOptions, deadline: number): Promise<readonly Address[]> {
  const { client, clock, timeout, onEvent } = options;
  if (timeout === 0) return [];
  const objects = plan.filter(({ gone }) => !gone).map(({ object }) => object);
  const result = await waitUntilReady({ ...options, timeout: Math.max(deadline - clock.now(), 0), objects, onProgress: (progress) => onEvent({ stage: 'wait', progress }) });
  if (result.outcome !== 'ready') {
    const head = result.outcome === 'timeout' ? `not ready after ${Math.round(timeout / 1000)} s (--timeout)` : 'it cannot get ready';
    throw new ApplyError(`${head}\n${await explainProgress(client, result.progress)}\nwhat was applied is left as it is; correct the cause and apply again, or remove it with twelve delete`, 'wait');
  }
  const services = result.live.filter(({ kind }) => kind === 'Service') as unknown as readonly DeepReadonly<Service>[];
  const nodes = services.some(({ spec }) => spec.type === 'NodePort') ? await client.list('Node').then(({ items }) => items, () => []) : [];
  return addressesOf(services, nodes);
}

async function pruneAll({ remove }: PrunePlan, { client, clock, signal, timeout, onEvent }: ApplyOptions): Promise<void> {
  if (remove.length === 0) return;
  try {
    await deleteObjects({ client, objects: remove, clock, signal, timeout, onDeleted: (object) => onEvent({ stage: 'prune', ...identity(object) }) });
  } catch (error) {
    signal.throwIfAborted();
    throw new ApplyError(`what left the program could not be removed: ${error instanceof Error ? error.message : String(error)}\neverything else is applied and ready; apply again when it can be removed`, 'prune', { cause: error });
  }
}

const plannedChange = ({ object, action, fields }: PlannedObject): PlannedChange => ({ ...identity(object), action, fields });
const identity = ({ kind, metadata: { namespace, name = '' } }: DeepReadonly<KubeObject>) => ({ kind, ...(namespace && { namespace }), name });
