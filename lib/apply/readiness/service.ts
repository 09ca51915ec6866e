import type { Service } from '../../api/types';
import { ready, type ReadinessRule, waiting } from './readiness';

/** Only a LoadBalancer has something to wait for: its address. */
export const service: ReadinessRule<Service> = ({ spec, status }) => {
  if (spec.type !== 'LoadBalancer') return ready('');
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  return ingress ? ready(ingress.ip ?? ingress.hostname ?? '') : waiting('no address yet');
};
