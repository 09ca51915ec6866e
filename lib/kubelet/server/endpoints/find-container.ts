import type { ContainerState } from '../../../cri/cri';
import { nameOf, namespaceOf, uidOf, type ReadonlyPod } from '../../kubelet-context';
import { PodRuntimeReader, type PodRuntime } from '../../pod-runtime';
import { HttpError, type Call } from './endpoint';

export function findPod({ pods, params }: Pick<Call, 'pods' | 'params'>): ReadonlyPod {
  const pod = pods().find((candidate) => nameOf(candidate) === params.pod && namespaceOf(candidate) === params.namespace && (!params.uid || uidOf(candidate) === params.uid));
  if (!pod) throw new HttpError(404, `pod "${params.namespace}/${params.pod}" not found`);
  return pod;
}

export async function readRuntime({ context }: Pick<Call, 'context'>, pod: ReadonlyPod): Promise<PodRuntime> {
  return new PodRuntimeReader(context.cri).read(uidOf(pod));
}

/** Newest first; an unknown name is refused as upstream does. */
export async function containersNamed(call: Call): Promise<readonly ContainerState[]> {
  const pod = findPod(call);
  const { container } = call.params;
  const known = [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...(pod.spec.ephemeralContainers ?? [])];
  if (!known.some(({ name }) => name === container)) throw new HttpError(404, `container ${container} is not valid for pod ${params(call)}`);
  const { containers } = await readRuntime(call, pod);
  return containers.filter(({ name }) => name === container).sort((a, b) => b.attempt - a.attempt);
}

const params = ({ params: { namespace, pod } }: Call) => `${pod}_${namespace}`;

export async function runningContainer(call: Call): Promise<ContainerState> {
  const [newest] = await containersNamed(call);
  if (newest?.state !== 'running') throw new HttpError(404, `container not found ("${call.params.container}")`);
  return newest;
}
