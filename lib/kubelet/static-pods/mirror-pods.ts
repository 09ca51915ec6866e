import { isAlreadyExists, isNotFound } from '../../api/status-error';
import type { Pod } from '../../api/types';
import { nameOf, namespaceOf, uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';
import { MIRROR, mirroredHash } from './annotations';

/** Keeps, for each static pod, one pod in the API that shows it. */
export class MirrorPods {
  constructor(private readonly context: Pick<KubeletContext, 'client' | 'lister' | 'logger' | 'nodeName'>) {}

  /** Makes the mirror, or makes it anew when it shows something else. @returns whether it is there now */
  async ensure(pod: ReadonlyPod): Promise<boolean> {
    const { client, logger } = this.context;
    const known = this.context.lister.tryGet('Pod', { namespace: namespaceOf(pod), name: nameOf(pod) });
    if (known && mirroredHash(known) === uidOf(pod) && !known.metadata.deletionTimestamp) return true;
    try {
      if (known && mirroredHash(known) !== undefined) await this.remove(known);
      await client.create(await this.mirrorOf(pod));
      return true;
    } catch (error) {
      if (isAlreadyExists(error)) return false;
      logger.warn('the mirror of a static pod could not be made', { pod: nameOf(pod), namespace: namespaceOf(pod), error });
      return false;
    }
  }

  /** Takes a mirror out of the API at once: the containers are not its own. */
  async remove(mirror: ReadonlyPod): Promise<void> {
    try {
      await this.context.client.delete('Pod', { namespace: namespaceOf(mirror), name: nameOf(mirror) }, { gracePeriodSeconds: 0, preconditions: { uid: uidOf(mirror) } });
    } catch (error) {
      if (!isNotFound(error)) this.context.logger.warn('a mirror pod could not be removed', { pod: nameOf(mirror), error });
    }
  }

  private async mirrorOf(pod: ReadonlyPod): Promise<Pod> {
    const { client, nodeName } = this.context;
    const { metadata: { uid = '' } } = await client.get('Node', { name: nodeName });
    const { uid: _uid, creationTimestamp: _time, ...metadata } = structuredClone(pod.metadata) as Pod['metadata'];
    return {
      apiVersion: 'v1', kind: 'Pod', spec: structuredClone(pod.spec) as Pod['spec'],
      metadata: { ...metadata, annotations: { ...metadata.annotations, [MIRROR]: uidOf(pod) }, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid, controller: true }] },
    };
  }
}
