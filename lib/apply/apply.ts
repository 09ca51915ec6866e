import type { Clock } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import type { ReportedImage } from '../api/program-report';
import { isConflict, isNotFound, StatusError } from '../api/status-error';
import type { KubeObject, Service } from '../api/types';
import { checkManifests } from '../check/check-manifests';
import { formatPosition, locateFindings } from '../check/locate';
import type { Client } from '../client/client';
import { addressesOf } from './addresses';
import { labelled } from './application';
import { ApplyError } from './apply-error';
import type { Address, ApplyEvent } from './apply-event';
import { explainProblem } from './diagnose/root-cause';
import type { ImageSupplier } from './images/image-supplier';
import { supplyImages } from './images/supply-images';
import { sortByKind } from './kind-order';
import { describeObject, type Manifest } from './load/manifest';
import { planObject, type PlannedObject } from './plan';
import { inNamespace, withSecrets } from './prepare';
import type { SecretSources } from './secrets/resolve-secrets';
import { type Progress, waitUntilReady, type WaitResult } from './wait-until-ready';

/** Owner of what we write, in managedFields. */
export const FIELD_MANAGER = 'twelve';

export interface ApplyOptions {
  readonly client: Client;
  readonly manifests: readonly Manifest[];
  readonly application: string;
  /** For objects that name none. */
  readonly namespace: string;
  readonly secrets: SecretSources;
  /** Images that the program builds, and who makes them. @default none */
  readonly images?: { readonly reported: readonly ReportedImage[]; readonly supplier: ImageSupplier };
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds to get ready. 0: do not wait. */
  readonly timeout: number;
  /** Take over fields that somebody else has set. */
  readonly force: boolean;
  readonly onEvent: (event: ApplyEvent) => void;
}

/**
 * Brings manifests to a cluster: check → build (images that are missing) → plan (a dry run of everything, so that nothing is half-applied) → apply → wait. Applied again without changes it writes nothing.
 * Rejects with ApplyError, whose message says what is wrong and what was done until then.
 */
export async function apply(options: ApplyOptions): Promise<void> {
  const { client, application, namespace, onEvent } = options;
  await check(options);
  const placed = await inNamespace(client, labelled(await withImages(options), application), namespace);
  const plan = await planAll(sortByKind(await withSecrets(client, placed, options.secrets)), options);
  onEvent({ stage: 'plan', application, objects: plan.map(({ object, action, fields }) => ({ ...identity(object), action, fields })) });

  const changes = plan.filter(({ action }) => action !== 'unchanged');
  await applyAll(changes, options);
  const addresses = options.timeout === 0 ? [] : await wait(plan.map(({ object }) => object), options);
  onEvent({ stage: 'done', changed: changes.length, addresses });
}

async function check({ manifests, onEvent }: ApplyOptions): Promise<void> {
  const findings = await locateFindings(checkManifests(manifests).findings);
  onEvent({ stage: 'check', objects: manifests.length, findings });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new ApplyError(errors.map(({ object, field, message, fix, rule, location }) =>
    `${location ? `${formatPosition(location)}: ` : ''}${describeObject(object)}: ${field ? `${field}: ` : ''}${message}; ${fix} [${rule}]`).join('\n'), 'check');
}

async function withImages({ manifests, images, signal, onEvent }: ApplyOptions): Promise<readonly Manifest[]> {
  if (!images) return manifests;
  return supplyImages(manifests, { images: images.reported, supplier: images.supplier, signal, onProgress: (progress) => onEvent({ stage: 'build', ...progress }) });
}

/** Asks the server about everything and changes nothing. All refusals are told at once. */
async function planAll(manifests: readonly Manifest[], options: ApplyOptions): Promise<readonly PlannedObject[]> {
  const later = new Set(manifests.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name));
  const results = await Promise.allSettled(manifests.map((manifest) => planOne(manifest, later, options)));
  const refusals = results.flatMap((result, index) => (result.status === 'rejected' ? [explainRefusal(manifests[index], result.reason)] : []));
  if (refusals.length > 0) throw new ApplyError(`${refusals.join('\n')}\nnothing was changed`, 'plan');
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function planOne(manifest: Manifest, newNamespaces: ReadonlySet<string | undefined>, { client, force }: ApplyOptions): Promise<PlannedObject> {
  const { object } = manifest;
  const { namespace, name = '' } = object.metadata;
  try {
    const [live, dryRun] = await Promise.all([
      client.tryGetObject(object, { namespace, name }),
      client.apply(object, { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', dryRun: true, force }),
    ]);
    return planObject(manifest, live, dryRun);
  } catch (error) {
    // What is in a namespace, or of a kind, that this apply makes cannot be tried before.
    const early = isNotFound(error) && newNamespaces.has(namespace);
    const unknownKind = !(error instanceof StatusError) && /no matches for kind/.test(String(error));
    if (early || unknownKind) return planObject(manifest, undefined, undefined);
    throw error;
  }
}

async function applyAll(plan: readonly PlannedObject[], options: ApplyOptions): Promise<void> {
  const { client, force, signal, onEvent } = options;
  for (const [index, { object, action, source }] of plan.entries()) {
    signal.throwIfAborted();
    try {
      await client.apply(object, { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', force });
    } catch (error) {
      const done = plan.slice(0, index).map((before) => describeObject(before.object)).join(', ') || 'none';
      throw new ApplyError(`${explainRefusal({ object, source }, error)}\napplied before: ${done}; correct it and apply again`, 'apply', { cause: error });
    }
    onEvent({ stage: 'apply', action, ...identity(object) });
    if (object.kind === 'CustomResourceDefinition') await waitUntilReady({ ...options, objects: [object], onProgress: () => undefined });
  }
}

async function wait(objects: readonly KubeObject[], options: ApplyOptions): Promise<readonly Address[]> {
  const { client, onEvent } = options;
  const result = await waitUntilReady({ ...options, objects, onProgress: (progress) => onEvent({ stage: 'wait', progress }) });
  if (result.outcome !== 'ready') throw new ApplyError(await explainFailure(result, options), 'wait');
  const services = result.live.filter(({ kind }) => kind === 'Service') as unknown as readonly DeepReadonly<Service>[];
  const nodes = services.some(({ spec }) => spec.type === 'NodePort') ? await client.list('Node').then(({ items }) => items, () => []) : [];
  return addressesOf(services, nodes);
}

async function explainFailure({ outcome, progress }: WaitResult, { client, timeout }: ApplyOptions): Promise<string> {
  const open = progress.filter(({ done, successful }) => !done || !successful);
  const paragraphs = await Promise.all(open.map(async (item: Progress) => {
    const lines = item.problem && item.namespace ? await explainProblem(client, item.namespace, item.problem) : [];
    return [`${item.kind} ${item.name} is not ready: ${item.message}`, ...lines.map((line) => `  ${line}`)].join('\n');
  }));
  const head = outcome === 'timeout' ? `not ready after ${Math.round(timeout / 1000)} s (--timeout)` : 'it cannot get ready';
  return `${head}\n${paragraphs.join('\n')}\nwhat was applied is left as it is; correct the cause and apply again, or remove it with twelve delete`;
}

function explainRefusal({ object, source }: Manifest, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hint = isConflict(error) ? '\n  take the fields over with --force-conflicts, or leave them out of the manifest' : '';
  return `${describeObject(object)} (${source}): ${message}${hint}`;
}

const identity = ({ kind, metadata: { namespace, name = '' } }: KubeObject) => ({ kind, ...(namespace && { namespace }), name });
