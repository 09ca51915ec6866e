import { evaluateMetric, type Look, type MetricError, type MetricSpec, type MetricStatus } from './metric-source';

/** What all metrics of an autoscaler say together. */
export interface Evaluation {
  /** undefined: nothing can be said. */
  readonly replicas: number | undefined;
  /** The metric that asks for most. */
  readonly name: string;
  /** One for each metric, empty where it cannot be had. */
  readonly statuses: readonly MetricStatus[];
  readonly failures: readonly MetricError[];
  readonly error: string | undefined;
}

/** The most that a metric asks for. When one cannot be had, no other may scale down. Follows computeReplicasForMetrics of Kubernetes 1.28. */
export async function evaluateMetrics(specs: readonly MetricSpec[], look: Look): Promise<Evaluation> {
  const failures: MetricError[] = [];
  const statuses: MetricStatus[] = [];
  let best = { replicas: 0, name: '' };
  for (const spec of specs) {
    try {
      const { replicas, name, status } = await evaluateMetric(spec, look);
      statuses.push(status);
      if (best.replicas === 0 || replicas > best.replicas) best = { replicas, name };
    } catch (error) {
      statuses.push({ type: '' });
      failures.push(error as MetricError);
    }
  }
  const error = failures.length > 0 ? `invalid metrics (${failures.length} invalid out of ${specs.length}), first error is: ${failures[0].message}` : undefined;
  const isUnknown = failures.length >= specs.length || (failures.length > 0 && best.replicas < look.specReplicas);
  return { replicas: isUnknown ? undefined : best.replicas, name: isUnknown ? '' : best.name, statuses, failures, error };
}
