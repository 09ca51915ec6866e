import { forbidden } from '../../api/status-error';
import type { PriorityClass } from '../../api/types';
import type { AdmissionRequest, AdmissionStep } from './admission-step';
import { PODS, tryCreatedPod } from './is-pod';

const SYSTEM_CLASSES = ['system-node-critical', 'system-cluster-critical'];

/** Gives a pod the number behind its priority class; without one that of the global default, of which there is at most one. */
export const priority: AdmissionStep = {
  name: 'Priority',

  validate({ operation, resource, subresource, name, object, reader }) {
    if (resource.group !== 'scheduling.k8s.io' || resource.resource !== 'priorityclasses' || subresource) return;
    if (operation === 'DELETE' && SYSTEM_CLASSES.includes(name)) throw forbidden(resource, name, 'this is a system priority class and cannot be deleted');
    if (operation === 'DELETE' || !(object as PriorityClass | undefined)?.globalDefault) return;
    const other = reader.list('PriorityClass').find(({ globalDefault, metadata }) => globalDefault && metadata.name !== object?.metadata.name);
    if (other) throw forbidden(resource, object?.metadata.name ?? '', `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`);
  },

  admit(request) {
    const pod = tryCreatedPod(request);
    if (!pod) return;
    const { value, policy, name } = classOf(request, pod.spec.priorityClassName ?? '', pod.metadata.name ?? '');
    if (pod.spec.priority !== undefined && pod.spec.priority !== value) {
      throw forbidden(PODS, pod.metadata.name ?? '', `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`);
    }
    if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== policy) {
      throw forbidden(PODS, pod.metadata.name ?? '', `the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`);
    }
    pod.spec.priority = value;
    pod.spec.preemptionPolicy = policy;
    if (name) pod.spec.priorityClassName = name;
  },
};

function classOf({ reader }: AdmissionRequest, wanted: string, podName: string): { readonly value: number; readonly policy: string; readonly name: string } {
  const classes = reader.list('PriorityClass');
  const found = wanted ? classes.find(({ metadata }) => metadata.name === wanted) : classes.filter(({ globalDefault }) => globalDefault).sort((a, b) => a.value - b.value)[0];
  if (wanted && !found) throw forbidden(PODS, podName, `no PriorityClass with name ${wanted} was found`);
  return { value: found?.value ?? 0, policy: found?.preemptionPolicy ?? 'PreemptLowerPriority', name: found?.metadata.name ?? '' };
}
