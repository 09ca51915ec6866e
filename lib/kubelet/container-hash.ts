import { createHash } from 'node:crypto';
import type { ReadonlyContainer } from './kubelet-context';

/** Changes when a running container must be replaced. Of what identifies a container only the image may be changed in a pod that exists. */
export function containerHash({ name, image }: ReadonlyContainer): string {
  return createHash('sha256').update(JSON.stringify([name, image])).digest('hex').slice(0, 8);
}
