import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import { validateEnvironment, validateEnvironmentFrom } from './environment';
import type { FieldErrors } from './field-errors';
import { validateVolumeDevices, validateVolumeMounts } from './mounts';
import { isDns1123Label, isPortName, isPortNumber } from './names';
import { validateLifecycle, validateLivenessProbe, validateReadinessProbe, validateStartupProbe } from './probe';
import { validateResourceRequirements } from './resources';
import { validateContainerSecurityContext } from './security-context';

type Container = DeepReadonly<core.Container>;
type EphemeralContainer = DeepReadonly<core.EphemeralContainer>;
type Volumes = ReadonlyMap<string, DeepReadonly<core.Volume>>;
type PodSpec = DeepReadonly<core.PodSpec>;

export function validateContainers(errors: FieldErrors, path: string, containers: readonly Container[], volumes: Volumes): void {
  if (containers.length === 0) return errors.required(path);
  const names = new Set<string>();
  containers.forEach((container, index) => {
    const field = `${path}[${index}]`;
    validateCommon(errors, field, container, volumes);
    validateUniqueName(errors, field, container.name, names);
    validateLongRunning(errors, field, container);
  });
  validateHostPortConflicts(errors, path, containers);
}

function validateLongRunning(errors: FieldErrors, field: string, container: Container): void {
  validateLifecycle(errors, `${field}.lifecycle`, container.lifecycle);
  validateLivenessProbe(errors, `${field}.livenessProbe`, container.livenessProbe);
  validateReadinessProbe(errors, `${field}.readinessProbe`, container.readinessProbe);
  validateStartupProbe(errors, `${field}.startupProbe`, container.startupProbe);
}

const LONG_RUNNING_FIELDS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

export function validateInitContainers(errors: FieldErrors, path: string, spec: PodSpec, volumes: Volumes): void {
  const names = new Set((spec.containers ?? []).map(({ name }) => name));
  spec.initContainers?.forEach((container, index) => {
    const field = `${path}[${index}]`;
    validateCommon(errors, field, container, volumes);
    validateUniqueName(errors, field, container.name, names);
    validateHostPortConflicts(errors, path, [container]);
    if (container.restartPolicy === 'Always') return validateLongRunning(errors, field, container);
    if (container.restartPolicy) errors.notSupported(`${field}.restartPolicy`, container.restartPolicy, ['Always']);
    for (const key of LONG_RUNNING_FIELDS) {
      if (container[key]) errors.forbidden(`${field}.${key}`, 'may not be set for init containers without restartPolicy=Always');
    }
  });
}

const NOT_EPHEMERAL = ['ports', 'resources', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const;
const NOT_EPHEMERAL_TEXT = 'cannot be set for an Ephemeral Container';

export function validateEphemeralContainers(errors: FieldErrors, path: string, spec: PodSpec, volumes: Volumes): void {
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name);
  const names = new Set(others);
  spec.ephemeralContainers?.forEach((container, index) => {
    const field = `${path}[${index}]`;
    validateCommon(errors, field, container as Container, volumes);
    validateUniqueName(errors, field, container.name, names);
    const target = container.targetContainerName;
    if (target && !others.includes(target)) errors.notFound(`${field}.targetContainerName`, target);
    validateEphemeralFields(errors, field, container);
  });
}

function validateEphemeralFields(errors: FieldErrors, path: string, container: EphemeralContainer): void {
  for (const key of NOT_EPHEMERAL) {
    if (Object.keys(container[key] ?? {}).length > 0) errors.forbidden(`${path}.${key}`, NOT_EPHEMERAL_TEXT);
  }
  container.volumeMounts?.forEach(({ subPath, subPathExpr }, index) => {
    if (subPath) errors.forbidden(`${path}.volumeMounts[${index}].subPath`, NOT_EPHEMERAL_TEXT);
    if (subPathExpr) errors.forbidden(`${path}.volumeMounts[${index}].subPathExpr`, NOT_EPHEMERAL_TEXT);
  });
}

function validateUniqueName(errors: FieldErrors, path: string, name: string, names: Set<string>): void {
  if (!name) return;
  if (names.has(name)) errors.duplicate(`${path}.name`, name);
  names.add(name);
}

function validateCommon(errors: FieldErrors, path: string, container: Container, volumes: Volumes): void {
  const { name = '', image, terminationMessagePolicy, imagePullPolicy } = container;
  if (!name) errors.required(`${path}.name`);
  else errors.invalidEach(`${path}.name`, name, isDns1123Label(name));
  if (!image) errors.required(`${path}.image`);
  if (!terminationMessagePolicy) errors.required(`${path}.terminationMessagePolicy`);
  else errors.oneOf(`${path}.terminationMessagePolicy`, terminationMessagePolicy, ['File', 'FallbackToLogsOnError']);
  validatePorts(errors, `${path}.ports`, container.ports ?? []);
  validateEnvironment(errors, `${path}.env`, container.env ?? []);
  validateEnvironmentFrom(errors, `${path}.envFrom`, container.envFrom ?? []);
  validateVolumeMounts(errors, `${path}.volumeMounts`, container, volumes);
  validateVolumeDevices(errors, `${path}.volumeDevices`, container, volumes);
  if (!imagePullPolicy) errors.required(`${path}.imagePullPolicy`);
  else errors.oneOf(`${path}.imagePullPolicy`, imagePullPolicy, ['Always', 'IfNotPresent', 'Never']);
  validateResourceRequirements(errors, `${path}.resources`, container.resources);
  validateContainerSecurityContext(errors, `${path}.securityContext`, container.securityContext);
}

function validatePorts(errors: FieldErrors, path: string, ports: readonly DeepReadonly<core.ContainerPort>[]): void {
  const names = new Set<string>();
  ports.forEach(({ name, containerPort, hostPort, protocol }, index) => {
    const field = `${path}[${index}]`;
    if (name) {
      const problems = isPortName(name);
      errors.invalidEach(`${field}.name`, name, problems);
      if (problems.length === 0 && names.has(name)) errors.duplicate(`${field}.name`, name);
      names.add(name);
    }
    if (!containerPort) errors.required(`${field}.containerPort`);
    else errors.invalidEach(`${field}.containerPort`, containerPort, isPortNumber(containerPort));
    if (hostPort) errors.invalidEach(`${field}.hostPort`, hostPort, isPortNumber(hostPort));
    if (!protocol) errors.required(`${field}.protocol`);
    else errors.oneOf(`${field}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
  });
}

function validateHostPortConflicts(errors: FieldErrors, path: string, containers: readonly Container[]): void {
  const taken = new Set<string>();
  containers.forEach(({ ports = [] }, container) => ports.forEach(({ hostPort, hostIP = '', protocol }, index) => {
    if (!hostPort) return;
    const socket = `${protocol}/${hostIP}/${hostPort}`;
    if (taken.has(socket)) errors.duplicate(`${path}[${container}].ports[${index}].hostPort`, socket);
    taken.add(socket);
  }));
}
