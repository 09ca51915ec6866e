import type { KubeObject, meta } from '../../api/types';
import { failed, ready, type ReadinessRule, waiting } from './readiness';

interface WithConditions extends KubeObject {
  status?: { conditions?: meta.Condition[] };
}

export const customResourceDefinition: ReadinessRule<WithConditions> = ({ status }) => {
  const condition = (type: string) => status?.conditions?.find((candidate) => candidate.type === type);
  if (condition('NamesAccepted')?.status === 'False') return failed(`its names are not accepted: ${condition('NamesAccepted')?.message ?? ''}`);
  return condition('Established')?.status === 'True' ? ready('Established') : waiting('not established');
};
