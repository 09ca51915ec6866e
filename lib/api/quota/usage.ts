import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject, PersistentVolumeClaim, Pod, Service } from '../types';
import { isPodTerminated } from '../pods';
import { podQuantities, type Quantities } from './amounts';

type Named = { readonly group: string; readonly resource: string };

/** Kinds whose number may be limited by their plain name. */
const PLAIN = ['configmaps', 'persistentvolumeclaims', 'pods', 'replicationcontrollers', 'resourcequotas', 'secrets', 'services'];
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];

/** What one object takes of the quotas of its namespace. Pure. */
export function usageOf({ group, resource }: Named, object: DeepReadonly<KubeObject>): Quantities {
  const count = { [`count/${group ? `${resource}.${group}` : resource}`]: '1', ...(group === '' && PLAIN.includes(resource) && { [resource]: '1' }) };
  if (group !== '') return count;
  if (resource === 'pods') return isPodTerminated(object as DeepReadonly<Pod>) ? {} : { ...count, ...podUsage(object as DeepReadonly<Pod>) };
  if (resource === 'services') return { ...count, ...serviceUsage(object as DeepReadonly<Service>) };
  if (resource === 'persistentvolumeclaims') return { ...count, ...claimUsage(object as DeepReadonly<PersistentVolumeClaim>) };
  return count;
}

function podUsage({ spec }: DeepReadonly<Pod>): Quantities {
  const requests = Object.entries(podQuantities(spec, 'requests')).flatMap(([name, quantity]) => [[`requests.${name}`, quantity], ...(COMPUTE.includes(name) || name.startsWith('hugepages-') ? [[name, quantity]] : [])]);
  const limits = Object.entries(podQuantities(spec, 'limits')).filter(([name]) => COMPUTE.includes(name)).map(([name, quantity]) => [`limits.${name}`, quantity]);
  return Object.fromEntries([...requests, ...limits]) as Quantities;
}

function serviceUsage({ spec }: DeepReadonly<Service>): Quantities {
  const allocates = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  const nodePorts = allocates ? spec.ports?.length ?? 0 : (spec.ports ?? []).filter(({ nodePort }) => nodePort).length;
  return { 'services.nodeports': String(nodePorts), 'services.loadbalancers': spec.type === 'LoadBalancer' ? '1' : '0' };
}

function claimUsage({ metadata, spec }: DeepReadonly<PersistentVolumeClaim>): Quantities {
  const storage = spec.resources?.requests?.storage;
  const className = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName;
  const amounts = { 'persistentvolumeclaims': '1', ...(storage !== undefined && { 'requests.storage': storage }) };
  const ofClass = className ? Object.entries(amounts).map(([name, quantity]) => [`${className}.storageclass.storage.k8s.io/${name}`, quantity]) : [];
  return { ...amounts, ...(Object.fromEntries(ofClass) as Quantities) };
}

/** Quotas of cpu and memory want every container to say what it takes; `cpu for: a,b` for those that do not. */
export function missingRequests({ spec }: DeepReadonly<Pod>, limited: readonly string[]): readonly string[] {
  const wanted = limited.filter((name) => /^((requests|limits)\.)?(cpu|memory)$/.test(name)).sort();
  return wanted.flatMap((name) => {
    const [which, resource] = name.startsWith('limits.') ? ['limits', name.slice(7)] as const : ['requests', name.replace('requests.', '')] as const;
    const isSilent = ({ resources }: (typeof spec.containers)[number]) => resources?.[which]?.[resource] === undefined;
    const silent = [...spec.containers, ...(spec.initContainers ?? [])].filter(isSilent).map((container) => container.name).sort();
    return silent.length > 0 ? [`${name} for: ${silent.join(',')}`] : [];
  });
}
