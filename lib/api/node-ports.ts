import type { FieldError } from './status-error';
import type { Service } from './types';
import type { DeepReadonly } from '../base/deep-readonly';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Ports of the node that Services may take: Kubernetes' default range. */
export const NODE_PORTS: PortRange = { first: 30_000, last: 32_767 };

/** Why a Service cannot have a port of the node; undefined if it can. */
export function nodePortProblem(port: number, free: boolean): string | undefined {
  if (port < NODE_PORTS.first || port > NODE_PORTS.last) return `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`;
  return free ? undefined : 'provided port is already allocated';
}

/** Whether the Service's ports get ports of the node. */
export function needsNodePorts({ type, allocateLoadBalancerNodePorts }: DeepReadonly<Service['spec']>): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** The first port that is out of range: the server looks at no further one, and does not validate the rest. */
export function nodePortErrors({ spec }: DeepReadonly<Service>): readonly FieldError[] {
  const ports = needsNodePorts(spec) ? spec.ports ?? [] : [];
  const index = ports.findIndex(({ nodePort }) => nodePort && nodePortProblem(nodePort, true) !== undefined);
  const nodePort = ports[index]?.nodePort;
  return nodePort ? [{ reason: 'FieldValueInvalid', field: `spec.ports[${index}].nodePort`, message: `Invalid value: ${nodePort}: ${nodePortProblem(nodePort, true) ?? ''}` }] : [];
}
