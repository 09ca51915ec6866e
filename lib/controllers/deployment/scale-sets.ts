import type { ControllerContext } from '../controller';
import { type Dep, replicasOf } from './replica-sets';
import { sizeAnnotations } from './revisions';
import type { Scaling } from './rolling-update';

/** Gives the sets their sizes. True when a size changed. */
export async function scaleSets(deployment: Dep, scalings: readonly Scaling[], { client, events }: ControllerContext): Promise<boolean> {
  let changed = false;
  const sizes = sizeAnnotations(deployment);
  for (const { set, replicas } of scalings) {
    const before = replicasOf(set);
    const annotated = Object.entries(sizes).every(([key, value]) => set.metadata.annotations?.[key] === value);
    if (before === replicas && annotated) continue;
    const updated = { ...set, metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...sizes } }, spec: { ...set.spec, replicas } };
    await client.update(updated);
    if (before === replicas) continue;
    changed = true;
    events.normal(deployment, 'ScalingReplicaSet', `Scaled ${replicas > before ? 'up' : 'down'} replica set ${set.metadata.name} to ${replicas} from ${before}`);
  }
  return changed;
}
