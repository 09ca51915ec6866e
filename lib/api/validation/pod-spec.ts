import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './container';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateLabelName, validateLabels } from './labels';
import { isDns1123Label, isDns1123Subdomain, isIp } from './names';
import { validateResourceRequirements } from './resources';
import { validateAffinity, validateTolerations, validateTopologySpread } from './scheduling';
import { validateOperatingSystem, validatePodSecurityContext, validateWindowsHostProcess } from './security-context';
import { validateVolumes } from './volume';

type PodSpec = DeepReadonly<core.PodSpec>;

const MAXIMUM_INT32 = 2147483647;

/** The rules every Pod obeys, alone or in a template; `spec` is defaulted. */
export function validatePodSpec(errors: FieldErrors, path: string, spec: PodSpec): void {
  const volumes = validateVolumes(errors, `${path}.volumes`, spec.volumes ?? []);
  validateContainers(errors, `${path}.containers`, spec.containers ?? [], volumes);
  validateInitContainers(errors, `${path}.initContainers`, spec, volumes);
  validateEphemeralContainers(errors, `${path}.ephemeralContainers`, spec, volumes);
  validateHostNetworkPorts(errors, path, spec);
  validateChoice(errors, `${path}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']);
  validateChoice(errors, `${path}.dnsPolicy`, spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']);
  validateLabels(errors, `${path}.nodeSelector`, spec.nodeSelector);
  validatePodSecurityContext(errors, `${path}.securityContext`, spec);
  validateAffinity(errors, `${path}.affinity`, spec.affinity);
  validateDnsConfig(errors, `${path}.dnsConfig`, spec);
  spec.readinessGates?.forEach(({ conditionType = '' }, index) => validateLabelName(errors, `${path}.readinessGates[${index}].conditionType`, conditionType));
  validateSchedulingGates(errors, `${path}.schedulingGates`, spec.schedulingGates ?? []);
  validateTopologySpread(errors, `${path}.topologySpreadConstraints`, spec.topologySpreadConstraints ?? []);
  validateWindowsHostProcess(errors, path, spec);
  validateReferences(errors, path, spec);
  if (spec.overhead) validateResourceRequirements(errors, `${path}.overhead`, { limits: spec.overhead });
  validateOperatingSystem(errors, path, spec);
}

function validateChoice(errors: FieldErrors, field: string, value: string | undefined, supported: readonly string[]): void {
  if (!value) errors.required(field);
  else errors.oneOf(field, value, supported);
}

function validateReferences(errors: FieldErrors, path: string, spec: PodSpec): void {
  const check = (field: string, value: string | undefined, isName: (text: string) => readonly string[]) => {
    if (value) errors.invalidEach(`${path}.${field}`, value, isName(value));
  };
  check('serviceAccountName', spec.serviceAccountName, isDns1123Subdomain);
  check('nodeName', spec.nodeName, isDns1123Subdomain);
  if (spec.activeDeadlineSeconds !== undefined) errors.inRange(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, MAXIMUM_INT32);
  check('hostname', spec.hostname, isDns1123Label);
  check('subdomain', spec.subdomain, isDns1123Label);
  validateTolerations(errors, `${path}.tolerations`, spec.tolerations ?? []);
  for (const { ip = '', hostnames = [] } of spec.hostAliases ?? []) {
    if (isIp(ip).length > 0) errors.invalid(`${path}.hostAliases.ip`, ip, 'must be valid IP address');
    for (const hostname of hostnames) errors.invalidEach(`${path}.hostAliases.hostnames`, hostname, isDns1123Subdomain(hostname));
  }
  check('priorityClassName', spec.priorityClassName, isDns1123Subdomain);
  check('runtimeClassName', spec.runtimeClassName, isDns1123Subdomain);
  if (spec.preemptionPolicy !== undefined) errors.oneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
}

function validateHostNetworkPorts(errors: FieldErrors, path: string, { hostNetwork, containers = [] }: PodSpec): void {
  if (!hostNetwork) return;
  containers.forEach(({ ports = [] }, container) => ports.forEach(({ hostPort, containerPort }, index) => {
    if (hostPort && hostPort !== containerPort) {
      errors.invalid(`${path}.containers[${container}].ports[${index}].hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true');
    }
  }));
}

function validateDnsConfig(errors: FieldErrors, path: string, { dnsConfig, dnsPolicy }: PodSpec): void {
  if (dnsPolicy === 'None' && !dnsConfig) return errors.required(path, 'must provide `dnsConfig` when `dnsPolicy` is None');
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && nameservers.length === 0) return errors.required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None');
  if (nameservers.length > 3) errors.invalid(`${path}.nameservers`, go('[]string', nameservers), 'must not have more than 3 nameservers');
  nameservers.forEach((server, index) => {
    if (isIp(server).length > 0) errors.invalid(`${path}.nameservers[${index}]`, server, 'must be valid IP address');
  });
  if (searches.length > 32) errors.invalid(`${path}.searches`, go('[]string', searches), 'must not have more than 32 search paths');
  if (searches.join(' ').length > 2048) errors.invalid(`${path}.searches`, go('[]string', searches), 'must not have more than 2048 characters (including spaces) in the search list');
  searches.forEach((search, index) => {
    const domain = search.replace(/\.$/, '');
    errors.invalidEach(`${path}.searches[${index}]`, domain, isDns1123Subdomain(domain));
  });
  options.forEach(({ name }, index) => {
    if (!name) errors.required(`${path}.options[${index}]`, 'must not be empty');
  });
}

function validateSchedulingGates(errors: FieldErrors, path: string, gates: readonly { readonly name?: string }[]): void {
  const names = new Set<string>();
  gates.forEach(({ name = '' }, index) => {
    validateLabelName(errors, `${path}[${index}]`, name);
    if (names.has(name)) errors.duplicate(`${path}[${index}]`, name);
    names.add(name);
  });
}
