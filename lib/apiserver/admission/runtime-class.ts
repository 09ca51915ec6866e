import type { DeepReadonly } from '../../base/deep-readonly';
import { forbidden } from '../../api/status-error';
import { parseQuantity } from '../../api/quantity';
import type { Pod, RuntimeClass } from '../../api/types';
import type { AdmissionRequest, AdmissionStep } from './admission-step';
import { PODS, tryCreatedPod } from './is-pod';

/** A pod takes the overhead, the node selector and the tolerations of its runtime class. */
export const runtimeClass: AdmissionStep = {
  name: 'RuntimeClass',

  admit(request) {
    const pod = tryCreatedPod(request);
    if (!pod) return;
    const found = tryClass(request, pod);
    if (!found) {
      if (pod.spec.overhead && !pod.spec.runtimeClassName) throw refusal(pod, `pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead`);
      return;
    }
    takeOverhead(pod, found.overhead?.podFixed);
    takeScheduling(pod, found.scheduling);
  },
};

const refusal = (pod: Pod, why: string) => forbidden(PODS, pod.metadata.name ?? '', why);

function tryClass({ reader }: AdmissionRequest, pod: Pod): DeepReadonly<RuntimeClass> | undefined {
  const name = pod.spec.runtimeClassName;
  if (!name) return undefined;
  const found = reader.tryGet('RuntimeClass', { name });
  if (!found) throw refusal(pod, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  return found;
}

function takeOverhead(pod: Pod, overhead: Readonly<Record<string, string>> | undefined): void {
  const own = pod.spec.overhead;
  if (!overhead) {
    if (own && Object.keys(own).length > 0) throw refusal(pod, `pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead`);
    return;
  }
  const same = own && Object.keys(own).length === Object.keys(overhead).length
    && Object.entries(overhead).every(([name, quantity]) => own[name] !== undefined && parseQuantity(own[name]) === parseQuantity(quantity));
  if (own && !same) throw refusal(pod, `pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead`);
  pod.spec.overhead = { ...overhead };
}

function takeScheduling(pod: Pod, scheduling: DeepReadonly<RuntimeClass['scheduling']>): void {
  for (const [key, value] of Object.entries(scheduling?.nodeSelector ?? {})) {
    const own = pod.spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) throw refusal(pod, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`);
    pod.spec.nodeSelector = { ...pod.spec.nodeSelector, [key]: value };
  }
  const tolerations = pod.spec.tolerations ?? [];
  const wanted = (scheduling?.tolerations ?? []).filter((toleration) => !tolerations.some((own) => JSON.stringify(own) === JSON.stringify(toleration)));
  if (wanted.length > 0) pod.spec.tolerations = [...tolerations, ...wanted];
}
