import type { Controller } from '../controller';
import { isFinished } from './plan';
import type { ReadJob } from './pods';

/** When a finished job may go: undefined when never. Pure. */
export function expiryOf(found: ReadJob): number | undefined {
  const { ttlSecondsAfterFinished } = found.spec;
  if (ttlSecondsAfterFinished === undefined || !isFinished(found) || found.metadata.deletionTimestamp) return undefined;
  const end = found.status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  return Date.parse(end?.lastTransitionTime ?? '') + ttlSecondsAfterFinished * 1000;
}

/** Deletes finished Jobs after their time. Follows pkg/controller/ttlafterfinished of Kubernetes 1.28. */
export const ttlAfterFinished: Controller = {
  name: 'ttl-after-finished-controller',
  watches: [{ kind: 'Job', enqueue: 'self' }],

  async sync(key, { lister, client, clock, requeueAfter }) {
    const found = lister.tryGet('Job', key);
    const expiry = found && expiryOf(found);
    if (!found || expiry === undefined) return;
    if (expiry > clock.now()) return requeueAfter(key, expiry - clock.now());
    const { namespace, name = '', uid } = found.metadata;
    await client.tryDelete('Job', { namespace, name }, { propagationPolicy: 'Foreground', preconditions: { uid } });
  },
};
