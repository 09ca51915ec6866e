import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { hasBacksteps, validateLocalDescendingPath } from './paths';

type Volumes = ReadonlyMap<string, DeepReadonly<core.Volume>>;
type Container = DeepReadonly<core.Container>;

export function validateVolumeMounts(errors: FieldErrors, path: string, container: Container, volumes: Volumes): void {
  const paths = new Set<string>();
  const devicePaths = (container.volumeDevices ?? []).map(({ devicePath }) => devicePath);
  container.volumeMounts?.forEach((mount, index) => {
    const { name = '', mountPath = '', subPath, subPathExpr, mountPropagation } = mount;
    const field = `${path}[${index}]`;
    if (!name) errors.required(`${field}.name`);
    if (!volumes.has(name)) errors.notFound(`${field}.name`, name);
    if (!mountPath) errors.required(`${field}.mountPath`);
    if (paths.has(mountPath)) errors.invalid(`${field}.mountPath`, mountPath, 'must be unique');
    paths.add(mountPath);
    if (devicePaths.includes(mountPath)) errors.invalid(`${field}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices');
    // Upstream leaves the index out of the next three.
    if (subPath) validateLocalDescendingPath(errors, `${path}.subPath`, subPath);
    if (subPathExpr) {
      if (subPath) errors.invalid(`${field}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
      validateLocalDescendingPath(errors, `${path}.subPathExpr`, subPathExpr);
    }
    if (mountPropagation !== undefined) validatePropagation(errors, `${path}.mountPropagation`, mountPropagation, container);
  });
}

function validatePropagation(errors: FieldErrors, field: string, mode: string, { securityContext }: Container): void {
  errors.oneOf(field, mode, ['Bidirectional', 'HostToContainer', 'None']);
  if (mode === 'Bidirectional' && !securityContext?.privileged) errors.forbidden(field, 'Bidirectional mount propagation is available only to privileged containers');
}

export function validateVolumeDevices(errors: FieldErrors, path: string, container: Container, volumes: Volumes): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  container.volumeDevices?.forEach(({ name = '', devicePath = '' }, index) => {
    const nameField = `${path}[${index}].name`;
    const pathField = `${path}[${index}].devicePath`;
    const volume = volumes.get(name);
    if (!name) errors.required(nameField);
    if (names.has(name)) errors.invalid(nameField, name, 'must be unique');
    if (!volume) errors.notFound(nameField, name);
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) errors.invalid(nameField, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
    if (!devicePath) errors.required(pathField);
    if (paths.has(devicePath)) errors.invalid(pathField, devicePath, 'must be unique');
    if (hasBacksteps(devicePath)) errors.invalid(pathField, devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) errors.invalid(nameField, name, 'must not already exist in volumeMounts');
    if (mounts.some((mount) => mount.mountPath === devicePath)) errors.invalid(pathField, devicePath, 'must not already exist as a path in volumeMounts');
    if (name) names.add(name);
  });
}
