import type { Job } from '../../api/types';
import { failed, ready, type ReadinessRule, waiting } from './readiness';

export const job: ReadinessRule<Job> = ({ spec, status }) => {
  const condition = (type: string) => status?.conditions?.find((candidate) => candidate.type === type && candidate.status === 'True');
  const failure = condition('Failed');
  if (failure) return failed(`failed: ${failure.message ?? failure.reason ?? ''}`);
  const wanted = spec.completions ?? 1;
  if (condition('Complete')) return ready(`${status?.succeeded ?? wanted}/${wanted}`);
  if (spec.suspend) return ready('suspended');
  return waiting(`${status?.succeeded ?? 0}/${wanted}`);
};
