import type { DeepReadonly } from '../../base/deep-readonly';
import type { Labels, Pod, PodSpec } from '../types';
import type { FieldErrors } from './field-errors';
import { validateObjectMeta } from './metadata';
import { isDns1123Subdomain } from './names';
import { validatePodSpec } from './pod-spec';
import { validatePodStatusUpdate } from './pod-status';
import { validateEphemeralContainersUpdate, validatePodUpdate } from './pod-update';
import type { Validator } from './validator';

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';

export const pod: Validator<Pod> = {
  validate(object, errors) {
    validatePod(errors, object);
    if (object.spec.ephemeralContainers?.length) errors.forbidden('spec.ephemeralContainers', 'cannot be set on create');
  },

  validateUpdate(object, old, errors, subresource) {
    if (subresource === 'status') return validatePodStatusUpdate(errors, object, old);
    if (subresource === 'ephemeralcontainers') {
      validatePod(errors, object);
      return validateEphemeralContainersUpdate(errors, object, old);
    }
    validatePodUpdate(errors, object, old, () => validatePod(errors, object));
    validatePodAnnotations(errors, 'metadata.annotations', object.metadata.annotations, object.spec);
  },
};

function validatePod(errors: FieldErrors, { metadata, spec }: DeepReadonly<Pod>): void {
  validateObjectMeta(errors, metadata, isDns1123Subdomain);
  validatePodAnnotations(errors, 'metadata.annotations', metadata.annotations, spec);
  validatePodSpec(errors, 'spec', spec);
}

/** Annotations that mean something to Kubernetes. */
export function validatePodAnnotations(errors: FieldErrors, path: string, annotations: Labels | undefined, spec: DeepReadonly<PodSpec>): void {
  const { [MIRROR]: mirror, [DELETION_COST]: cost, [SECCOMP]: seccomp } = annotations ?? {};
  if (mirror !== undefined && !spec.nodeName) errors.invalid(`${path}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set');
  if (cost !== undefined && !isInt32(cost)) errors.invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer');
  if (seccomp !== undefined && !/^(runtime\/default|docker\/default|unconfined|localhost\/.*)$/.test(seccomp)) {
    errors.invalid(`${path}.${SECCOMP}`, seccomp, 'must be a valid seccomp profile');
  }
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].map(({ name }) => name);
  for (const [key, profile] of Object.entries(annotations ?? {})) {
    if (!key.startsWith(APP_ARMOR)) continue;
    const container = key.slice(APP_ARMOR.length);
    if (!containers.includes(container)) errors.invalid(`${path}[${key}]`, container, 'container not found');
    if (!/^(|runtime\/default|unconfined|localhost\/.*)$/.test(profile)) errors.invalid(`${path}[${key}]`, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`);
  }
}

const isInt32 = (text: string) => /^(0|-?[1-9]\d*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;
