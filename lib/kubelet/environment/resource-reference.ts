import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../../api/quantity';
import type { core } from '../../api/types';
import type { ReadonlyContainer, ReadonlyPod } from '../kubelet-context';

/** The value of a `resourceFieldRef` in units of its divisor, rounded up. A limit that is not set is what the node has. */
export function resourceValue(
  { resource, divisor, containerName }: DeepReadonly<core.ResourceFieldSelector>,
  pod: ReadonlyPod, own: ReadonlyContainer | undefined, allocatable: Readonly<Record<string, string>>,
): string {
  const container = containerName ? [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(({ name }) => name === containerName) : own;
  if (!container) throw new Error(`container ${containerName ?? ''} not found`);
  const [kind, ...rest] = resource.split('.');
  const name = rest.join('.');
  if (kind !== 'limits' && kind !== 'requests') throw new Error(`unsupported container resource : ${resource}`);
  const { limits, requests } = container.resources ?? {};
  const quantity = kind === 'limits' ? limits?.[name] ?? allocatable[name] : requests?.[name] ?? limits?.[name];
  const unit = divisor === undefined || parseQuantity(divisor) === 0 ? 1 : parseQuantity(divisor);
  return String(Math.ceil(Number((parseQuantity(quantity ?? 0) / unit).toFixed(6))));
}
