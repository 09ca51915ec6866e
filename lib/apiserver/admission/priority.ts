import { forbidden } from '../../api/status-error';
import type { AdmissionRequest, AdmissionStep } from './admission-step';
import { PODS, tryCreatedPod } from './is-pod';

/** Gives a pod the number behind its priority class; without one that of the global default. */
export const priority: AdmissionStep = {
  name: 'Priority',

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
