import type { DeepReadonly } from '../../base/deep-readonly';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER } from '../../api/volume-binding';
import type { ControllerContext } from '../controller';
import { writeStatus } from '../write-status';

type Claim = DeepReadonly<PersistentVolumeClaim>;
type Volume = DeepReadonly<PersistentVolume>;

/** Ties both ends together, volume first: after a crash in between the volume is reserved for the claim, and the next pass goes on. Idempotent. */
export async function bind(volume: Volume, claim: Claim, { client }: ControllerContext): Promise<void> {
  const reserved = await client.update(reserve(volume, claim)) as Volume;
  await writeStatus(client, reserved, { ...reserved.status, phase: 'Bound', message: undefined, reason: undefined });
  const bound = complete(claim, reserved);
  const updated = bound === claim ? claim : await client.update(bound) as Claim;
  await writeStatus(client, updated, { ...updated.status, phase: 'Bound', accessModes: reserved.spec.accessModes, capacity: reserved.spec.capacity });
}

function reserve(volume: Volume, claim: Claim): Volume {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  if (volume.spec.claimRef?.uid === uid) return volume;
  const annotations = volume.spec.claimRef ? volume.metadata.annotations : { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  return {
    ...volume, metadata: { ...volume.metadata, ...(annotations && { annotations }) },
    spec: { ...volume.spec, claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion } },
  };
}

function complete(claim: Claim, volume: Volume): Claim {
  if (claim.spec.volumeName === volume.metadata.name && claim.metadata.annotations?.[BIND_COMPLETED]) return claim;
  const annotations = { ...claim.metadata.annotations, [BIND_COMPLETED]: 'yes', ...(!claim.spec.volumeName && { [BOUND_BY_CONTROLLER]: 'yes' }) };
  return { ...claim, metadata: { ...claim.metadata, annotations }, spec: { ...claim.spec, volumeName: volume.metadata.name } };
}
