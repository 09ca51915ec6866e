import { type Clock, toMicroTime } from '../base/clock';
import { APP_LABEL } from '../api/label-keys';
import { isAlreadyExists, isConflict, isForbidden, isNotFound } from '../api/status-error';
import type { Lease } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Client } from '../client/client';
import { ApplyError } from './apply-error';
import { RECORD_LABEL } from './releases/release';

export interface LockOptions {
  readonly client: Client;
  readonly application: string;
  readonly namespace: string;
  /** Who holds it: `user@host`, told to who else wants it. */
  readonly holder: string;
  /** Makes this process differ from another of the same person. */
  readonly id: string;
  readonly clock: Clock;
}

const SECONDS = 30;
const RENEW = 10_000;

/**
 * Does something as the only one for an application: an expiring Lease, so that a client that was killed keeps nobody out for longer than half a minute. Rejects with the holder's
 * name when somebody else has it. `lost` aborts when somebody else has got it meanwhile: this client did not reach the server for longer than the lease lasts.
 */
export async function withLock<T>(options: LockOptions, action: (lost: AbortSignal) => Promise<T>): Promise<T> {
  const lost = new AbortController();
  const acquired = await acquire(options);
  if (!acquired) return action(lost.signal);
  let lease = acquired;
  let cancel: () => void = () => undefined;
  let renewing: Promise<void> = Promise.resolve();
  const renew = () => {
    cancel = options.clock.setTimer(RENEW, () => {
      renewing = tryRenew(lease, options).then((renewed) => {
        if (renewed) lease = renewed;
        else lost.abort(new ApplyError(`${options.application} is being applied by somebody else since this client lost its lock: it did not reach the server for more than ${SECONDS} s; look at twelve history, and apply again`, 'apply'));
      }, () => undefined).then(() => { if (!lost.signal.aborted) renew(); }); // a server that is away for a moment is asked again
    });
  };
  renew();
  try {
    return await action(lost.signal);
  } finally {
    cancel();
    await renewing;
    cancel();
    if (!lost.signal.aborted) await release(lease, options).catch(() => undefined);
  }
}

/** The lease for another half minute; undefined when somebody else has it. */
async function tryRenew(lease: DeepReadonly<Lease>, options: LockOptions): Promise<DeepReadonly<Lease> | undefined> {
  const { client } = options;
  try {
    return await client.update(heldBy(lease, options));
  } catch (error) {
    if (!isConflict(error) && !isNotFound(error)) throw error;
    const found = await client.tryGet('Lease', reference(options));
    if (!found) return client.create(heldBy(newLease(options), options));
    return found.spec.holderIdentity === identityOf(options) ? client.update(heldBy(found, options)) : undefined;
  }
}

async function release(lease: DeepReadonly<Lease>, options: LockOptions): Promise<void> {
  try {
    await options.client.tryDelete('Lease', reference(options), { preconditions: { uid: lease.metadata.uid, resourceVersion: lease.metadata.resourceVersion } });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    await options.client.update({ ...lease, spec: {} } as Lease); // who may not delete it leaves it to the next one
  }
}

/** undefined for who may not use Leases: many may do everything else in a namespace. */
async function acquire(options: LockOptions): Promise<DeepReadonly<Lease> | undefined> {
  try {
    return await tryAcquire(options);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

async function tryAcquire(options: LockOptions): Promise<DeepReadonly<Lease>> {
  const { client, clock, application } = options;
  const existing = await client.tryGet('Lease', reference(options));
  const holder = existing && holderOf(existing, clock.now());
  if (holder) throw new ApplyError(`${application} is being applied by ${holder.name} since ${holder.since}; wait until that is done (a client that was killed keeps it for at most ${SECONDS} s)`, 'apply');
  try {
    return existing ? await client.update(heldBy(existing, options)) : await client.create(heldBy(newLease(options), options));
  } catch (error) {
    if (!isConflict(error) && !isAlreadyExists(error)) throw error;
    throw new ApplyError(`somebody else has begun to apply ${application} at this moment; apply again when that is done`, 'apply', { cause: error });
  }
}

/** Who holds the lease now; undefined when it has expired. Pure. */
export function holderOf({ spec }: DeepReadonly<Lease>, now: number): { readonly name: string; readonly since: string } | undefined {
  const { holderIdentity, renewTime, acquireTime = '', leaseDurationSeconds = SECONDS } = spec;
  if (!holderIdentity || !renewTime || Date.parse(renewTime) + leaseDurationSeconds * 1000 <= now) return undefined;
  return { name: holderIdentity.replace(/ \S+$/, ''), since: acquireTime };
}

const reference = ({ application, namespace }: LockOptions) => ({ namespace, name: `${application}.apply` });

const newLease = (options: LockOptions): Lease => ({
  apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { ...reference(options), labels: { [APP_LABEL]: options.application, [RECORD_LABEL]: 'lock' } }, spec: {},
});

const identityOf = ({ holder, id }: LockOptions) => `${holder} ${id}`;

function heldBy(lease: DeepReadonly<Lease>, options: LockOptions): Lease {
  const now = toMicroTime(options.clock.now());
  const mine = identityOf(options);
  const acquireTime = lease.spec.holderIdentity === mine ? lease.spec.acquireTime : now;
  return { ...lease, spec: { ...lease.spec, holderIdentity: mine, leaseDurationSeconds: SECONDS, renewTime: now, acquireTime } } as Lease;
}
