import type { DeepReadonly } from '../../base/deep-readonly';
import type { Service, ServicePort } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateNonSpecialIp } from './ip-address';
import { validateLabelName, validateLabels } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isCidr, isDns1035Label, isDns1123Label, isDns1123Subdomain, isIp, isPortNumber } from './names';
import { validatePortNumberOrName } from './probe';
import type { Validator } from './validator';

type Spec = DeepReadonly<Service['spec']>;

const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const FAMILIES = ['IPv4', 'IPv6'];
const MAXIMUM_AFFINITY = 86400;

export const service: Validator<Service> = {
  validate(object, errors) {
    validateService(errors, object);
  },

  validateUpdate(object, old, errors, subresource) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (subresource === 'status') return;
    validateUnchangedAddresses(errors, object.spec ?? {}, old.spec ?? {});
    validateService(errors, object);
  },
};

function validateService(errors: FieldErrors, { metadata, spec = {} }: DeepReadonly<Service>): void {
  validateObjectMeta(errors, metadata, isDns1035Label);
  validateTopologyAnnotations(errors, metadata.annotations ?? {});
  const { ports = [], type = '', clusterIP, selector, sessionAffinity } = spec;
  if (ports.length === 0 && clusterIP !== 'None' && type !== 'ExternalName') errors.required('spec.ports');
  validateType(errors, spec);
  ports.forEach((port, index) => validatePort(errors, `spec.ports[${index}]`, port, ports.length > 1, ports.slice(0, index).map(({ name }) => name)));
  validateLabels(errors, 'spec.selector', selector);
  if (!sessionAffinity) errors.required('spec.sessionAffinity');
  else errors.oneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']);
  validateAffinityConfig(errors, spec);
  validateFamilies(errors, spec);
  spec.externalIPs?.forEach((ip, index) => {
    const problems = isIp(ip);
    errors.invalidEach(`spec.externalIPs[${index}]`, ip, problems);
    if (problems.length === 0) validateNonSpecialIp(errors, `spec.externalIPs[${index}]`, ip);
  });
  if (!type) errors.required('spec.type');
  else errors.oneOf('spec.type', type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']);
  validatePortsAreUnique(errors, ports, type);
  validateSourceRanges(errors, metadata.annotations ?? {}, spec);
  validateTrafficPolicy(errors, spec);
  validateLoadBalancerClass(errors, spec);
}

function validateTopologyAnnotations(errors: FieldErrors, annotations: Readonly<Record<string, string>>): void {
  const mode = annotations[TOPOLOGY_MODE];
  const hints = annotations[TOPOLOGY_HINTS];
  if (mode !== undefined && hints !== undefined && mode !== hints) {
    errors.invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, `must match annotations[${TOPOLOGY_HINTS}] when both are specified`);
  }
}

function validateType(errors: FieldErrors, { type, clusterIP, ports = [], externalName }: Spec): void {
  if (type === 'LoadBalancer' || type === 'NodePort') {
    if (clusterIP === 'None') errors.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`);
    if (type === 'LoadBalancer') {
      // The kubelet's own port, which upstream keeps out of load balancers.
      ports.forEach(({ port }, index) => port === 10250 && errors.invalid(`spec.ports[${index}].port`, port, 'may not expose port 10250 externally since it is used by kubelet'));
    }
  } else if (type === 'ExternalName') {
    if (clusterIP) errors.forbidden('spec.clusterIPs', 'may not be set for ExternalName services');
    const name = externalName?.replace(/\.$/, '') ?? '';
    if (!name) errors.required('spec.externalName');
    else errors.invalidEach('spec.externalName', externalName, isDns1123Subdomain(name));
  }
}

function validatePort(errors: FieldErrors, path: string, port: DeepReadonly<ServicePort>, needsName: boolean, earlier: readonly (string | undefined)[]): void {
  const { name, protocol, targetPort = 0, appProtocol } = port;
  if (!name) {
    if (needsName) errors.required(`${path}.name`);
  } else {
    errors.invalidEach(`${path}.name`, name, isDns1123Label(name));
    if (earlier.includes(name)) errors.duplicate(`${path}.name`, name);
  }
  errors.invalidEach(`${path}.port`, port.port ?? 0, isPortNumber(port.port ?? 0));
  if (!protocol) errors.required(`${path}.protocol`);
  else errors.oneOf(`${path}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
  validatePortNumberOrName(errors, `${path}.targetPort`, targetPort);
  if (appProtocol !== undefined) validateLabelName(errors, `${path}.appProtocol`, appProtocol);
}

function validateAffinityConfig(errors: FieldErrors, { sessionAffinity, sessionAffinityConfig }: Spec): void {
  const path = 'spec.sessionAffinityConfig';
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity === 'None') {
    if (sessionAffinityConfig) errors.forbidden(path, 'must not be set when session affinity is None');
  } else if (sessionAffinity === 'ClientIP') {
    if (seconds === undefined) errors.required(`${path}.clientIP`, 'when session affinity is ClientIP');
    else if (seconds <= 0 || seconds > MAXIMUM_AFFINITY) errors.invalid(`${path}.clientIP.timeoutSeconds`, seconds, `must be greater than 0 and less than ${MAXIMUM_AFFINITY}`);
  }
}

function validateFamilies(errors: FieldErrors, { type, clusterIP, clusterIPs = clusterIP ? [clusterIP] : [], ipFamilies = [], ipFamilyPolicy }: Spec): void {
  if (type === 'ExternalName') {
    if (ipFamilies.length > 0) errors.forbidden('spec.ipFamilies', 'may not be set for ExternalName services');
    if (ipFamilyPolicy !== undefined) errors.forbidden('spec.ipFamilyPolicy', 'may not be set for ExternalName services');
    return;
  }
  ipFamilies.forEach((family, index) => {
    errors.oneOf(`spec.ipFamilies[${index}]`, family, FAMILIES);
    if (ipFamilies.indexOf(family) < index) errors.duplicate(`spec.ipFamilies[${index}]`, family);
  });
  if (ipFamilyPolicy !== undefined) errors.oneOf('spec.ipFamilyPolicy', ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']);
  const shown = go('[]string', clusterIPs);
  if (clusterIPs.includes('None')) {
    if (clusterIPs.length > 1) errors.invalid('spec.clusterIPs', shown, "'None' must be the first and only value");
  } else {
    clusterIPs.forEach((ip, index) => errors.invalidEach(`spec.clusterIPs[${index}]`, ip, isIp(ip)));
  }
  if (clusterIPs.length > 2) errors.invalid('spec.clusterIPs', shown, 'may only hold up to 2 values');
}

function validatePortsAreUnique(errors: FieldErrors, ports: readonly DeepReadonly<ServicePort>[], type: string): void {
  const seen = new Set<string>();
  const nodePorts = new Set<string>();
  ports.forEach(({ port, protocol, nodePort }, index) => {
    const path = `spec.ports[${index}]`;
    if (nodePort && type === 'ClusterIP') errors.forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'");
    if (nodePort && nodePorts.has(`${protocol}/${nodePort}`)) errors.duplicate(`${path}.nodePort`, nodePort);
    if (nodePort) nodePorts.add(`${protocol}/${nodePort}`);
    if (seen.has(`${protocol}/${port}`)) errors.duplicate(path, go('core.ServicePort', { protocol, port }));
    seen.add(`${protocol}/${port}`);
  });
}

function validateSourceRanges(errors: FieldErrors, annotations: Readonly<Record<string, string>>, spec: Spec): void {
  const fromAnnotation = annotations[SOURCE_RANGES];
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) {
    // Upstream writes this field with a capital letter.
    const path = 'spec.LoadBalancerSourceRanges';
    if (spec.type !== 'LoadBalancer') errors.forbidden(path, "may only be used when `type` is 'LoadBalancer'");
    ranges.forEach((range, index) => {
      if (!isCidr(range.trim())) errors.invalid(`${path}[${index}]`, range, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)');
    });
  } else if (fromAnnotation !== undefined) {
    const path = `metadata.annotations[${SOURCE_RANGES}]`;
    if (spec.type !== 'LoadBalancer') errors.forbidden(path, "may only be used when `type` is 'LoadBalancer'");
    const text = fromAnnotation.trim();
    if (text !== '' && !text.split(',').every((range) => isCidr(range.trim()))) errors.invalid(path, fromAnnotation, 'must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 ');
  }
}

function validateTrafficPolicy(errors: FieldErrors, spec: Spec): void {
  const { type, externalTrafficPolicy: external, internalTrafficPolicy: internal, healthCheckNodePort } = spec;
  const reachable = type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
  if (!reachable) {
    if (external) errors.invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services');
  } else if (!external) {
    if (type !== 'ClusterIP') errors.required('spec.externalTrafficPolicy', 'this field is required for externally-accessible services');
  } else {
    errors.oneOf('spec.externalTrafficPolicy', external, ['Cluster', 'Local']);
  }
  const needsCheck = type === 'LoadBalancer' && external === 'Local';
  if (healthCheckNodePort && !needsCheck) errors.invalid('spec.healthCheckNodePort', healthCheckNodePort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
  if (internal !== undefined) errors.oneOf('spec.internalTrafficPolicy', internal, ['Cluster', 'Local']);
  else if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(type ?? '')) errors.required('spec.internalTrafficPolicy');
}

function validateLoadBalancerClass(errors: FieldErrors, { type, loadBalancerClass }: Spec): void {
  if (loadBalancerClass === undefined) return;
  if (type !== 'LoadBalancer') errors.forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'");
  else validateLabelName(errors, 'spec.loadBalancerClass', loadBalancerClass);
}

function validateUnchangedAddresses(errors: FieldErrors, spec: Spec, old: Spec): void {
  const now = spec.clusterIPs?.[0] ?? spec.clusterIP ?? '';
  const before = old.clusterIPs?.[0] ?? old.clusterIP ?? '';
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName' && before && now && now !== before) {
    errors.invalid('spec.clusterIPs[0]', go('[]string', spec.clusterIPs ?? [now]), 'may not change once set');
  }
  if (spec.type === 'LoadBalancer' && old.type === 'LoadBalancer' && spec.loadBalancerClass !== old.loadBalancerClass) {
    errors.invalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set');
  }
}
