import type { DeepReadonly } from '../../base/deep-readonly';
import type { PodSpec } from '../../api/types';

/** A field our nodes cannot run; the path starts at the pod's specification. */
export interface UnsupportedField {
  readonly path: string;
}

const VOLUMES = ['emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI', 'hostPath', 'persistentVolumeClaim'];
const POD_FIELDS = ['runtimeClassName', 'resourceClaims', 'overhead'] as const;

/** Every field of the pod that would have to be ignored. Pure; docs/compatibility.md is made from what it refuses. */
export function unsupportedFields(spec: DeepReadonly<PodSpec>): readonly UnsupportedField[] {
  return [...podFields(spec), ...volumeFields(spec), ...containerFields('containers', spec.containers), ...containerFields('initContainers', spec.initContainers ?? [])].map((path) => ({ path }));
}

function* podFields(spec: DeepReadonly<PodSpec>): Iterable<string> {
  for (const field of POD_FIELDS) if (spec[field] !== undefined) yield field;
  if (spec.hostUsers === false) yield 'hostUsers';
  if (spec.os?.name === 'windows') yield 'os.name';
  if (spec.securityContext?.windowsOptions) yield 'securityContext.windowsOptions';
  if (spec.securityContext?.seLinuxOptions) yield 'securityContext.seLinuxOptions';
}

function* volumeFields({ volumes = [] }: DeepReadonly<PodSpec>): Iterable<string> {
  for (const [index, volume] of volumes.entries()) {
    for (const source of Object.keys(volume)) if (source !== 'name' && !VOLUMES.includes(source)) yield `volumes[${index}].${source}`;
  }
}

function* containerFields(list: string, containers: DeepReadonly<PodSpec['containers']>): Iterable<string> {
  for (const [index, { volumeDevices, securityContext, resources }] of containers.entries()) {
    const at = `${list}[${index}]`;
    if (volumeDevices?.length) yield `${at}.volumeDevices`;
    if (resources?.claims?.length) yield `${at}.resources.claims`;
    if (securityContext?.windowsOptions) yield `${at}.securityContext.windowsOptions`;
    if (securityContext?.seLinuxOptions) yield `${at}.securityContext.seLinuxOptions`;
    if (securityContext?.procMount === 'Unmasked') yield `${at}.securityContext.procMount`;
  }
}
