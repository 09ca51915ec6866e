import type { Clock } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { needsNodePorts, nodePortProblem, NODE_PORTS, type PortRange } from '../../api/node-ports';
import { internalError, invalid, type FieldError } from '../../api/status-error';
import type { Service, ServicePort } from '../../api/types';
import type { AdmissionRequest, AdmissionStep } from '../admission/admission-step';
import { AddressRange } from './address-range';
import { Reservations } from './reservations';

export interface ServiceAllocationConfig {
  /** `10.96.0.0/16` */
  readonly serviceCidr: string;
  /** Where a node port is chosen as long as one is free there. @default all of the range */
  readonly preferredNodePorts?: PortRange;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Gives Services their addresses and node ports. What is in use is read from the stored Services each time, so nothing has to be repaired
 * and a deleted Service frees what it had. Follows pkg/registry/core/service/storage of 1.28, single-stack IPv4.
 */
export function serviceAllocation(config: ServiceAllocationConfig): AdmissionStep {
  const allocator = new Allocator(config);
  return {
    name: 'ServiceAllocation',
    admit(request) {
      const { operation, resource, subresource, object } = request;
      if (resource.group !== '' || resource.resource !== 'services' || subresource) return;
      if (operation === 'DELETE' && request.oldObject) allocator.release(request.oldObject as DeepReadonly<Service>);
      else if (object) allocator.allocate(object as Service, request);
    },
    cancel({ operation, resource, subresource, object }) {
      if (operation === 'CREATE' && resource.group === '' && resource.resource === 'services' && !subresource && object) allocator.release(object as Service);
    },
  };
}

class Allocator {
  private readonly range: AddressRange;
  private readonly addresses: Reservations<string>;
  private readonly ports: Reservations<string>;

  constructor(private readonly config: ServiceAllocationConfig) {
    this.range = new AddressRange(config.serviceCidr);
    this.addresses = new Reservations(config.clock);
    this.ports = new Reservations(config.clock);
  }

  allocate(service: Service, request: AdmissionRequest): void {
    const old = request.oldObject as DeepReadonly<Service> | undefined;
    if (old) keepAllocated(service, old);
    const others = request.reader.list('Service').filter(({ metadata }) => metadata.uid !== old?.metadata.uid);
    const errors = [...this.allocateAddress(service, old, others, request.dryRun), ...this.allocatePorts(service, old, others, request.dryRun)];
    if (errors.length > 0) throw invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', errors);
  }

  /** From here on only a stored Service, as long as it is there, holds its address and ports. */
  release(service: DeepReadonly<Service>): void {
    for (const address of service.spec.clusterIPs ?? []) this.addresses.delete(address);
    for (const port of portsOf(service)) this.ports.delete(port);
  }

  private allocateAddress({ spec }: Service, old: DeepReadonly<Service> | undefined, others: readonly DeepReadonly<Service>[], dryRun: boolean): readonly FieldError[] {
    if (spec.type === 'ExternalName') {
      for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) if (!old || old.spec.type !== 'ExternalName') delete spec[field];
      return [];
    }
    if (spec.clusterIP === undefined && spec.clusterIPs?.length) spec.clusterIP = spec.clusterIPs[0];
    const wanted = spec.clusterIP ?? '';
    const unsupported = familyProblem(spec);
    if (unsupported) return [unsupported];
    setFamilies(spec);
    if (wanted === 'None') {
      spec.clusterIPs ??= ['None'];
      return [];
    }
    if (old && wanted !== '' && old.spec.clusterIP === wanted) return [];
    if (old?.spec.clusterIP && old.spec.type !== 'ExternalName' && wanted !== '') return []; // validation refuses the change
    const used = (address: string) => this.addresses.has(address) || others.some((other) => other.spec.clusterIPs?.includes(address));
    if (wanted !== '') {
      const problem = !this.range.includes(wanted) ? `the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${this.range.text}` : used(wanted) ? 'provided IP is already allocated' : undefined;
      if (problem) return isAddress(wanted) ? [{ reason: 'FieldValueInvalid', field: 'spec.clusterIPs', message: `Invalid value: []string{${JSON.stringify(wanted)}}: failed to allocate IP ${wanted}: ${problem}` }] : [];
      if (!dryRun) this.addresses.add(wanted);
      spec.clusterIPs ??= [wanted];
      return [];
    }
    const address = this.freeAddress(used);
    if (!address) return [{ reason: 'InternalError', field: 'spec.clusterIPs', message: 'Internal error: failed to allocate a serviceIP: range is full' }];
    if (!dryRun) this.addresses.add(address);
    spec.clusterIP = address;
    spec.clusterIPs = [address];
    return [];
  }

  /** At random, so that a deleted Service's address is not soon another's. */
  private freeAddress(used: (address: string) => boolean): string | undefined {
    const usable = this.range.size - 2;
    const start = Math.floor(this.config.random() * usable);
    for (let step = 0; step < usable; step += 1) {
      // The first ten are kept for the cluster's own Services (kubernetes, DNS).
      const offset = 1 + ((start + step) % usable);
      const address = this.range.at(offset);
      if (offset > 10 && !used(address)) return address;
    }
    return undefined;
  }

  private allocatePorts({ spec }: Service, old: DeepReadonly<Service> | undefined, others: readonly DeepReadonly<Service>[], dryRun: boolean): readonly FieldError[] {
    const errors: FieldError[] = [];
    const taken = new Set(others.flatMap(portsOf));
    const own = new Set(old ? portsOf(old) : []);
    const given = new Set<string>();
    const isFree = (key: string) => own.has(key) || (!taken.has(key) && !this.ports.has(key) && !given.has(key));
    const take = (port: number, protocol: string) => {
      given.add(portKey(port, protocol));
      if (!dryRun) this.ports.add(portKey(port, protocol));
      return port;
    };
    for (const [index, port] of needsNodePorts(spec) ? (spec.ports ?? []).entries() : []) {
      const protocol = port.protocol ?? 'TCP';
      if (!port.nodePort || errors.length > 0) continue;
      const problem = nodePortProblem(port.nodePort, isFree(portKey(port.nodePort, protocol)));
      if (problem) errors.push({ reason: 'FieldValueInvalid', field: `spec.ports[${index}].nodePort`, message: `Invalid value: ${port.nodePort}: ${problem}` });
      else take(port.nodePort, protocol);
    }
    for (const port of needsNodePorts(spec) ? spec.ports ?? [] : []) {
      if (!port.nodePort && errors.length === 0) port.nodePort = take(this.freePort((number) => isFree(portKey(number, port.protocol ?? 'TCP')), sharedPort(spec.ports ?? [], port)), port.protocol ?? 'TCP');
    }
    if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') {
      const asked = spec.healthCheckNodePort;
      if (asked && !isFree(portKey(asked, 'TCP'))) throw internalError(new Error(`failed to allocate requested HealthCheck NodePort ${asked}: provided port is already allocated`));
      spec.healthCheckNodePort = take(asked || this.freePort((number) => isFree(portKey(number, 'TCP'))), 'TCP');
    }
    return errors;
  }

  private freePort(isFree: (port: number) => boolean, preferred?: number): number {
    if (preferred !== undefined && isFree(preferred)) return preferred;
    for (const { first, last } of [this.config.preferredNodePorts ?? NODE_PORTS, NODE_PORTS]) {
      const count = last - first + 1;
      const start = Math.floor(this.config.random() * count);
      for (let step = 0; step < count; step += 1) {
        const port = first + ((start + step) % count);
        if (isFree(port)) return port;
      }
    }
    throw invalid({ group: '', kind: 'Service' }, '', [{ reason: 'InternalError', field: 'spec.ports', message: 'Internal error: failed to allocate a nodePort: range is full' }]);
  }
}

const portKey = (port: number, protocol: string) => `${protocol}/${port}`;
const isAddress = (text: string) => /^\d+\.\d+\.\d+\.\d+$/.test(text);

function portsOf({ spec }: DeepReadonly<Service>): readonly string[] {
  const ports = (spec.ports ?? []).flatMap(({ nodePort, protocol }) => (nodePort ? [portKey(nodePort, protocol ?? 'TCP')] : []));
  return spec.healthCheckNodePort ? [...ports, portKey(spec.healthCheckNodePort, 'TCP')] : ports;
}

/** The same port over TCP and UDP gets the same node port. */
function sharedPort(ports: readonly ServicePort[], { port, protocol }: ServicePort): number | undefined {
  return ports.find((other) => other.port === port && other.protocol !== protocol && other.nodePort)?.nodePort;
}

/** Services here have IPv4 addresses; only a headless one without a selector, which gets none, may ask for more. */
function familyProblem({ clusterIP, selector, ipFamilyPolicy, ipFamilies = [] }: Service['spec']): FieldError | undefined {
  if (clusterIP === 'None' && Object.keys(selector ?? {}).length === 0) return undefined;
  const refuse = (field: string, value: string, why: string): FieldError => ({ reason: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` });
  if (ipFamilyPolicy === 'RequireDualStack') return refuse('spec.ipFamilyPolicy', ipFamilyPolicy, 'this cluster is not configured for dual-stack services');
  const index = ipFamilies.indexOf('IPv6');
  return index < 0 ? undefined : refuse(`spec.ipFamilies[${index}]`, 'IPv6', 'not configured on this cluster');
}

function setFamilies(spec: Service['spec']): void {
  const selectsNothing = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilies ??= selectsNothing && spec.ipFamilyPolicy === undefined ? ['IPv4', 'IPv6'] : ['IPv4'];
  spec.ipFamilyPolicy ??= selectsNothing ? 'RequireDualStack' : 'SingleStack';
}

/** An update that leaves out what was allocated keeps it. Follows patchAllocatedValues. */
function keepAllocated({ spec }: Service, { spec: old }: DeepReadonly<Service>): void {
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
    spec.clusterIP ??= old.clusterIP;
    if (spec.clusterIP === old.clusterIP) spec.clusterIPs ??= old.clusterIPs && [...old.clusterIPs];
    // Who changes the one and leaves the other as it was means the change.
    else if (spec.clusterIP && JSON.stringify(spec.clusterIPs) === JSON.stringify(old.clusterIPs)) spec.clusterIPs = [spec.clusterIP];
    spec.ipFamilies ??= old.ipFamilies && [...old.ipFamilies];
    spec.ipFamilyPolicy ??= old.ipFamilyPolicy;
  }
  if (spec.type === 'ExternalName' && old.type !== 'ExternalName') {
    if (spec.clusterIP === old.clusterIP) delete spec.clusterIP;
    if (JSON.stringify(spec.clusterIPs) === JSON.stringify(old.clusterIPs)) delete spec.clusterIPs;
  }
  const hadPorts = needsNodePorts(old as Service['spec']);
  if (hadPorts && !needsNodePorts(spec) && spec.type !== 'LoadBalancer') dropUnchangedPorts(spec, old);
  if (hadPorts && needsNodePorts(spec)) {
    keepNodePorts(spec, old);
  }
  if (old.healthCheckNodePort && spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') spec.healthCheckNodePort ??= old.healthCheckNodePort;
  else if (spec.healthCheckNodePort === old.healthCheckNodePort) delete spec.healthCheckNodePort;
  dropFieldsOfOldType(spec, old);
}

/** By the port's name: everything else of it may have changed. */
function keepNodePorts(spec: Service['spec'], old: DeepReadonly<Service['spec']>): void {
  const asked = new Set((spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []));
  for (const port of spec.ports ?? []) {
    const kept = port.nodePort ? undefined : old.ports?.find(({ name }) => (name ?? '') === (port.name ?? ''))?.nodePort;
    if (!kept || asked.has(kept)) continue;
    port.nodePort = kept;
    asked.add(kept);
  }
}

/** What only the old type knows and nobody changed goes with it. Follows dropTypeDependentFields. */
function dropFieldsOfOldType(spec: Service['spec'], old: DeepReadonly<Service['spec']>): void {
  const isReachable = ({ type }: { readonly type?: string }) => type === 'NodePort' || type === 'LoadBalancer';
  const isBalanced = ({ type }: { readonly type?: string }) => type === 'LoadBalancer';
  const isInternal = ({ type }: { readonly type?: string }) => type !== 'ExternalName';
  if (isReachable(old) && !isReachable(spec) && spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  if (isInternal(old) && !isInternal(spec) && spec.internalTrafficPolicy === old.internalTrafficPolicy) delete spec.internalTrafficPolicy;
  if (isBalanced(old) && !isBalanced(spec)) {
    if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  }
}

/** A type that has no node ports loses those it had. */
function dropUnchangedPorts(spec: Service['spec'], old: DeepReadonly<Service['spec']>): void {
  for (const port of spec.ports ?? []) if (old.ports?.some(({ nodePort }) => nodePort === port.nodePort)) delete port.nodePort;
}
