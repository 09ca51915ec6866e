import type { EndpointSlice, Endpoints, Service, networking } from '../types';
import { setDefault, setIfEmpty } from './set-default';

/** Without addresses and node ports, which the registry allocates. */
export function defaultService({ spec }: Service): void {
  setIfEmpty(spec, 'sessionAffinity', 'None');
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && !spec.sessionAffinityConfig?.clientIP?.timeoutSeconds) spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10_800 } };
  setIfEmpty(spec, 'type', 'ClusterIP');
  for (const port of spec.ports ?? []) {
    setIfEmpty(port, 'protocol', 'TCP');
    setIfEmpty(port, 'targetPort', port.port);
  }
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') setIfEmpty(spec, 'externalTrafficPolicy', 'Cluster');
  if (spec.type !== 'ExternalName') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (spec.type === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
}

export function defaultEndpoints({ subsets }: Endpoints): void {
  for (const subset of subsets ?? []) for (const port of subset.ports ?? []) setIfEmpty(port, 'protocol', 'TCP');
}

export function defaultEndpointSlice({ ports }: EndpointSlice): void {
  for (const port of ports ?? []) {
    setDefault(port, 'name', '');
    setDefault(port, 'protocol', 'TCP');
  }
}

export function defaultNetworkPolicy({ spec }: networking.NetworkPolicy): void {
  if (!spec) return;
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule.ports ?? []) setDefault(port, 'protocol', 'TCP');
  if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
}

export function defaultIngressClass({ spec }: networking.IngressClass): void {
  if (spec?.parameters) setDefault(spec.parameters, 'scope', 'Cluster');
}
