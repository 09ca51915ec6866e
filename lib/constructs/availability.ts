import type { Construct } from 'constructs';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';
import type { Scale } from './scale';

/**
 * The PodDisruptionBudget of a process, or undefined where it would block: one copy at a time may be taken away, so a node can always be emptied.
 * A copy that is not ready does not count, or a broken release would keep nodes from being emptied.
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export function tryDisruptionBudget(construct: Construct, scale: Scale): k8s.KubePodDisruptionBudget | undefined {
  if (!scale.disruptionBudget) return undefined;
  const labels = selectorLabels(construct);
  return new k8s.KubePodDisruptionBudget(construct, 'disruption-budget', {
    metadata: { name: objectName(construct), labels },
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: labels } },
  });
}

/** Copies go to different hosts, then zones, as far as there are any (`ScheduleAnyway`: one host runs them all). */
export function spreading(construct: Construct, scale: Scale): Pick<k8s.PodSpec, 'topologySpreadConstraints'> {
  if (!scale.spread) return {};
  return {
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: selectorLabels(construct) },
    })),
  };
}
