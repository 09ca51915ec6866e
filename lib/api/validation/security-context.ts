import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { isDns1123Subdomain, isId } from './names';
import { validateLocalDescendingPath } from './paths';

type PodSpec = DeepReadonly<core.PodSpec>;

const SYSCTL = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';

/** The Pod's own security context with the host namespaces, which upstream counts to it. */
export function validatePodSecurityContext(errors: FieldErrors, path: string, spec: PodSpec): void {
  const context = spec.securityContext ?? {};
  validateIds(errors, path, context, ['fsGroup', 'runAsUser', 'runAsGroup']);
  context.supplementalGroups?.forEach((group, index) => errors.invalidEach(`${path}.supplementalGroups[${index}]`, group, isId(group)));
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  }
  validateSysctls(errors, `${path}.sysctls`, context.sysctls ?? []);
  if (context.fsGroupChangePolicy !== undefined) errors.oneOf(`${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  validateSeccompProfile(errors, `${path}.seccompProfile`, context.seccompProfile);
  validateWindowsOptions(errors, `${path}.windowsOptions`, context.windowsOptions);
}

export function validateContainerSecurityContext(errors: FieldErrors, path: string, context: DeepReadonly<core.SecurityContext> | undefined): void {
  if (!context) return;
  validateIds(errors, path, context, ['runAsUser', 'runAsGroup']);
  validateSeccompProfile(errors, `${path}.seccompProfile`, context.seccompProfile);
  if (context.allowPrivilegeEscalation === false) {
    const contradiction = (what: string) => errors.invalid(path, go('core.SecurityContext', context), `cannot set \`allowPrivilegeEscalation\` to false and ${what}`);
    if (context.privileged) contradiction('`privileged` to true');
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) contradiction('`capabilities.Add` CAP_SYS_ADMIN');
  }
  validateWindowsOptions(errors, `${path}.windowsOptions`, context.windowsOptions);
}

function validateIds<K extends string>(errors: FieldErrors, path: string, context: { readonly [key in K]?: number }, fields: readonly K[]): void {
  for (const field of fields) {
    const id = context[field];
    if (id !== undefined) errors.invalidEach(`${path}.${field}`, id, isId(id));
  }
}

function validateSysctls(errors: FieldErrors, path: string, sysctls: readonly { readonly name?: string }[]): void {
  const names = new Set<string>();
  sysctls.forEach(({ name = '' }, index) => {
    const field = `${path}[${index}].name`;
    if (!name) errors.required(field);
    else if (name.length > 253 || !new RegExp(`^${SYSCTL}$`).test(name)) errors.invalid(field, name, `must have at most 253 characters and match regex ^${SYSCTL}$`);
    else if (names.has(name.replaceAll('/', '.'))) errors.duplicate(field, name);
    names.add(name.replaceAll('/', '.'));
  });
}

function validateSeccompProfile(errors: FieldErrors, path: string, profile: DeepReadonly<core.SeccompProfile> | undefined): void {
  if (!profile) return;
  if (!profile.type) errors.required(`${path}.type`, 'type is required when seccompProfile is set');
  else errors.oneOf(`${path}.type`, profile.type, ['Localhost', 'RuntimeDefault', 'Unconfined']);
  if (profile.type === 'Localhost') {
    if (profile.localhostProfile === undefined) errors.required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost');
    else validateLocalDescendingPath(errors, `${path}.localhostProfile`, profile.localhostProfile);
  } else if (profile.localhostProfile !== undefined) {
    errors.invalid(`${path}.localhostProfile`, go('core.SeccompProfile', profile), 'can only be set when seccomp type is Localhost');
  }
}

function validateWindowsOptions(errors: FieldErrors, path: string, options: DeepReadonly<core.WindowsSecurityContextOptions> | undefined): void {
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName: user } = options ?? {};
  if (specName !== undefined) errors.invalidEach(`${path}.gmsaCredentialSpecName`, specName, isDns1123Subdomain(specName));
  if (spec === '') errors.invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string');
  else if (spec && spec.length > 64 * 1024) errors.invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB');
  if (user === '') errors.invalid(`${path}.runAsUserName`, user, 'runAsUserName cannot be an empty string');
  else if (user && user.split('\\').length > 2) errors.invalid(`${path}.runAsUserName`, user, 'runAsUserName cannot contain more than one backslash');
}

/** Windows containers in the host's own job object need the host's network, all of them. */
export function validateWindowsHostProcess(errors: FieldErrors, path: string, spec: PodSpec): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess ?? false;
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const hostProcess = containers.filter(({ securityContext }) => securityContext?.windowsOptions?.hostProcess ?? ofPod).length;
  if (hostProcess === 0) return;
  if (hostProcess < containers.length) errors.invalid(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers');
  if (!spec.hostNetwork) errors.invalid(`${path}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers');
}

const FOR_LINUX_ONLY = 'cannot be set for a windows pod';

/** What the other operating system knows and this one does not. */
export function validateOperatingSystem(errors: FieldErrors, path: string, spec: PodSpec): void {
  const name = spec.os?.name;
  if (!spec.os) return;
  if (!name) errors.required(`${path}.os.name`, 'cannot be empty');
  else if (name === 'windows') validateWindows(errors, path, spec);
  else if (name === 'linux') validateLinux(errors, path, spec);
  else errors.notSupported(`${path}.os`, name, ['linux', 'windows']);
}

function validateLinux(errors: FieldErrors, path: string, spec: PodSpec): void {
  const refuse = (field: string, set: unknown) => set && errors.forbidden(`${field}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod');
  refuse(path, spec.securityContext?.windowsOptions);
  eachContainer(path, spec, (field, container) => refuse(field, container.securityContext?.windowsOptions));
}

function validateWindows(errors: FieldErrors, path: string, spec: PodSpec): void {
  const refuse = (field: string, value: unknown) => {
    if (value !== undefined && value !== false) errors.forbidden(field, FOR_LINUX_ONLY);
  };
  const context = spec.securityContext ?? {};
  refuse(`${path}.securityContext.seLinuxOptions`, context.seLinuxOptions);
  for (const field of ['hostUsers', 'hostPID', 'hostIPC'] as const) refuse(`${path}.${field}`, spec[field]);
  for (const field of ['seccompProfile', 'fsGroup', 'fsGroupChangePolicy', 'sysctls'] as const) refuse(`${path}.securityContext.${field}`, context[field]);
  refuse(`${path}.shareProcessNamespace`, spec.shareProcessNamespace);
  for (const field of ['runAsUser', 'runAsGroup', 'supplementalGroups'] as const) refuse(`${path}.securityContext.${field}`, context[field]);
  eachContainer(path, spec, (field, { securityContext = {} }) => {
    for (const key of ['seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'] as const) {
      if (securityContext[key] !== undefined) errors.forbidden(`${field}.securityContext.${key}`, FOR_LINUX_ONLY);
    }
  });
}

function eachContainer(path: string, spec: PodSpec, visit: (field: string, container: { readonly securityContext?: DeepReadonly<core.SecurityContext> }) => void): void {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    spec[list]?.forEach((container, index) => visit(`${path}.${list}[${index}]`, container));
  }
}
