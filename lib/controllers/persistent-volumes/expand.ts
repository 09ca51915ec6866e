import type { DeepReadonly } from '../../base/deep-readonly';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types';
import { requestedSize, sizeOf } from '../../api/volume-binding';
import type { ControllerContext } from '../controller';
import { writeStatus } from '../write-status';
import { LOCAL_PROVISIONER, PROVISIONED_BY } from './provision';

type Claim = DeepReadonly<PersistentVolumeClaim>;
type Volume = DeepReadonly<PersistentVolume>;

/** Whether a bound claim asks for more than its volume has, and the volume is one that we made. Whoever made another kind resizes it. Pure. */
export function wantsExpansion(claim: Claim, volume: Volume): boolean {
  return volume.metadata.annotations?.[PROVISIONED_BY] === LOCAL_PROVISIONER && requestedSize(claim) > sizeOf(volume);
}

/** A directory has no size of its own: the volume is said to be as large as asked for, then the claim. Idempotent: after a crash in between `bind` shows the volume's size. */
export async function expand(claim: Claim, volume: Volume, { client, events }: ControllerContext): Promise<void> {
  const storage = claim.spec.resources?.requests?.['storage'];
  events.normal(claim, 'Resizing', `External resizer is resizing volume ${volume.metadata.name}`);
  const capacity = { ...volume.spec.capacity, ...(storage !== undefined && { storage }) };
  const larger: Volume = { ...volume, spec: { ...volume.spec, capacity } };
  await client.update(larger);
  await writeStatus(client, claim, { ...claim.status, capacity });
  events.normal(claim, 'VolumeResizeSuccessful', 'Resize volume succeeded');
}
