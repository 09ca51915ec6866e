import { isDeepStrictEqual } from 'node:util';
import { backoffDelay } from '../../base/backoff';
import { sleep } from '../../base/clock';
import { isNotFound } from '../../api/status-error';
import type { PodCondition, PodStatus } from '../../api/types';
import { nameOf, namespaceOf, uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';
import { isStatic } from '../static-pods/annotations';

interface Entry {
  pod: ReadonlyPod;
  wanted: PodStatus;
  written: PodStatus | undefined;
  writing: Promise<void> | undefined;
}

/** Writes the status of pods to the API: only changes, only the newest, one write per pod at a time. */
export class StatusManager {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly context: Pick<KubeletContext, 'client' | 'clock' | 'logger'>, private readonly signal: () => AbortSignal | undefined) {}

  set(pod: ReadonlyPod, wanted: PodStatus): void {
    const status = withoutUndefined(wanted);
    const entry = this.entries.get(uidOf(pod)) ?? { pod, wanted: status, written: undefined, writing: undefined };
    entry.pod = pod;
    entry.wanted = status;
    this.entries.set(uidOf(pod), entry);
    entry.writing ??= this.write(entry).finally(() => { entry.writing = undefined; });
  }

  /** The API shows this. When somebody else wrote over a status, it is written again. */
  observe(pod: ReadonlyPod): void {
    const entry = this.entries.get(uidOf(pod));
    if (!entry?.written || entry.writing || pod.metadata.deletionTimestamp || isDeepStrictEqual(pick(pod.status ?? {}, entry.written), entry.written)) return;
    entry.written = undefined;
    this.set(pod, entry.wanted);
  }

  /** The API has nothing of what was written: a new mirror of a static pod. */
  rewrite(podUid: string): void {
    const entry = this.entries.get(podUid);
    if (!entry) return;
    entry.written = undefined;
    this.set(entry.pod, entry.wanted);
  }

  /** Resolves when what was set last is in the API (or cannot be, because the pod is gone). */
  async flush(podUid: string): Promise<void> {
    await this.entries.get(podUid)?.writing;
  }

  /** What was set last; fresher than what the API shows. */
  tryGet(podUid: string): PodStatus | undefined {
    return this.entries.get(podUid)?.wanted;
  }

  forget(podUid: string): void {
    this.entries.delete(podUid);
  }

  private async write(entry: Entry): Promise<void> {
    for (let failures = 0; entry.wanted !== entry.written && !this.signal()?.aborted;) {
      const { pod, wanted } = entry;
      const current = entry.written ?? pod.status ?? {};
      if (isDeepStrictEqual(pick(current, wanted), wanted) && Object.keys(cleared(current, wanted, ['reason', 'message'])).length === 0) {
        entry.written = wanted;
        return;
      }
      try {
        await this.patch(pod, current, wanted);
        entry.written = wanted;
        failures = 0;
      } catch (error) {
        if (isNotFound(error) || !this.entries.has(uidOf(pod))) return;
        failures++;
        this.context.logger.warn('pod status could not be written', { pod: nameOf(pod), namespace: namespaceOf(pod), error });
        await sleep(this.context.clock, backoffDelay(failures, { initial: 200, maximum: 10_000 }), this.signal());
      }
    }
  }

  private async patch(pod: ReadonlyPod, current: object, wanted: PodStatus): Promise<void> {
    const status = { ...wanted, ...cleared(current, wanted, ['reason', 'message']), ...(wanted.conditions && { conditions: withCleared(current, wanted.conditions) }) };
    // The uid keeps a status from reaching a new pod of the same name; a static pod's is not that of its mirror.
    await this.context.client.patch('Pod', { namespace: namespaceOf(pod), name: nameOf(pod) }, { ...(!isStatic(pod) && { metadata: { uid: uidOf(pod) } }), status }, { type: 'strategic', subresource: 'status' });
  }
}

/** Fields that the kubelet owns and that are no longer there, as a patch says it. */
function cleared(current: object, wanted: object, fields: readonly string[]): Readonly<Record<string, null>> {
  return Object.fromEntries(fields.filter((key) => (current as Record<string, unknown>)[key] !== undefined && !(key in wanted)).map((key) => [key, null]));
}

/** A patch merges conditions by their type: what one no longer says has to be taken back. */
function withCleared(current: object, wanted: readonly PodCondition[]): object[] {
  const { conditions = [] } = current as { conditions?: readonly PodCondition[] };
  return wanted.map((condition) => ({ ...condition, ...cleared(conditions.find(({ type }) => type === condition.type) ?? {}, condition, ['reason', 'message']) }));
}

/** The same fields of what is there; conditions of others (readiness gates) do not count. */
function pick(current: object, wanted: PodStatus): object {
  const all = current as Record<string, unknown>;
  const own = new Set(wanted.conditions?.map(({ type }) => type));
  const conditions = ((all.conditions ?? []) as PodStatus['conditions'])?.filter(({ type }) => own.has(type));
  const sorted = wanted.conditions?.map(({ type }) => conditions?.find((condition) => condition.type === type)).filter((condition) => condition !== undefined);
  return withoutUndefined({ ...Object.fromEntries(Object.keys(wanted).map((key) => [key, all[key]])), conditions: sorted });
}

function withoutUndefined<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
