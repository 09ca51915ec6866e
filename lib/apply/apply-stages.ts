import type { Clock } from '../base/clock';
import { isConflict } from '../api/status-error';
import type { KubeObject } from '../api/types';
import type { Client } from '../client/client';
import { processName } from './application';
import { ApplyError } from './apply-error';
import { applyObject } from './apply-object';
import type { ApplyEvent } from './apply-event';
import { deleteObjects } from './delete';
import { explainProgress } from './diagnose/explain-failure';
import { explainRefusal } from './explain-refusal';
import { FIELD_MANAGER } from './field-manager';
import { takenOver } from './ownership/take-over';
import type { PlannedObject } from './plan';
import { describeAll, withRelease } from './plan-objects';
import type { Stage } from './stages';
import { waitUntilReady } from './wait-until-ready';

export interface StageOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly force: boolean;
  /** Fields that others have set to something else are left to them. @default false */
  readonly leaveConflicts?: boolean;
  /** Milliseconds of the whole apply. 0: waits only where the next stage needs it. */
  readonly timeout: number;
  /** By the clock; Infinity with timeout 0. */
  readonly deadline: number;
  /** Number for the labels of what is changed. */
  readonly release: string | undefined;
  readonly onEvent: (event: ApplyEvent) => void;
}

/** With --timeout 0, for what the next stage needs. */
const OWN_LIMIT = 300_000;

/** Applies stage after stage; between them waits for what the next ones need, as long as these have anything to do. */
export async function applyStages(stages: readonly Stage<PlannedObject>[], options: StageOptions): Promise<void> {
  const done: PlannedObject[] = [];
  for (const [index, { name, items, awaited }] of stages.entries()) {
    for (const item of items.filter(({ action }) => action !== 'unchanged')) {
      options.signal.throwIfAborted();
      if (!item.isRunning) await applyOne(item, done, options);
      done.push(item);
      if (item.action === 'run') await finishTask(item, done, options);
    }
    const isLast = stages.slice(index + 1).every(({ items: later }) => later.every(({ action }) => action === 'unchanged'));
    const needed = name === 'release tasks' ? [] : awaited.map(({ object }) => object);
    if (!isLast && needed.length > 0) await waitFor(needed, `the ${name}`, done, options);
  }
}

async function applyOne(item: PlannedObject, done: readonly PlannedObject[], options: StageOptions): Promise<void> {
  const { client, clock, signal, force, leaveConflicts, release, onEvent } = options;
  const { object, sent = object, action, takeOver = false } = item;
  const { namespace, name = '' } = object.metadata;
  try {
    if (action === 'run' || action === 'replace') {
      const live = await client.tryGetObject(object, { namespace, name });
      if (live) await deleteObjects({ client, objects: [live], clock, signal, timeout: OWN_LIMIT, onDeleted: () => undefined });
    }
    if (takeOver) await takeOverFields(client, object);
    await applyObject(client, withRelease(sent, release), { force: force || takeOver, leave: leaveConflicts });
  } catch (error) {
    signal.throwIfAborted();
    const live = isConflict(error) ? await client.tryGetObject(object, { namespace, name }).catch(() => undefined) : undefined;
    throw new ApplyError(`${explainRefusal(item, error, live)}\napplied before: ${describeAll(done)}; correct it and apply again`, 'apply', { cause: error });
  }
  onEvent({ stage: 'apply', action, kind: object.kind, ...(namespace && { namespace }), name });
}

/** Only who owns its fields changes here; the apply that follows removes what it leaves out. */
async function takeOverFields(client: Client, { apiVersion, kind, metadata: { namespace, name = '' } }: KubeObject): Promise<void> {
  const live = await client.tryGetObject({ apiVersion, kind }, { namespace, name });
  if (live) await client.update({ ...live, metadata: { ...live.metadata, managedFields: takenOver(live) } }, { fieldManager: FIELD_MANAGER });
}

async function finishTask({ object }: PlannedObject, done: readonly PlannedObject[], options: StageOptions): Promise<void> {
  const task = processName(object);
  options.onEvent({ stage: 'task', task, state: 'running' });
  await waitFor([object], `the release task ${task}`, done, options);
  options.onEvent({ stage: 'task', task, state: 'done' });
}

async function waitFor(objects: readonly KubeObject[], what: string, done: readonly PlannedObject[], options: StageOptions): Promise<void> {
  const { client, clock, timeout, deadline, onEvent } = options;
  const limit = Number.isFinite(deadline) ? Math.max(deadline - clock.now(), 0) : OWN_LIMIT;
  const result = await waitUntilReady({ ...options, timeout: limit, objects, onProgress: (progress) => onEvent({ stage: 'wait', progress }) });
  if (result.outcome === 'ready') return;
  const head = result.outcome === 'timeout' ? `${what} took longer than ${Math.round((timeout || OWN_LIMIT) / 1000)} s (--timeout)` : `${what} failed`;
  const explanation = await explainProgress(client, result.progress);
  throw new ApplyError(`${head}, so nothing that comes after was changed\n${explanation}\napplied before: ${describeAll(done)}; correct the cause and apply again`, what.startsWith('the release task') ? 'task' : 'wait');
}
