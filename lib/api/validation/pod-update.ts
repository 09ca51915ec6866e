import type { DeepReadonly } from '../../base/deep-readonly';
import type { core, Pod, PodSpec } from '../types';
import type { FieldErrors } from './field-errors';
import { validateObjectMetaUpdate } from './metadata';
import { semanticEqual } from './semantic-equal';
import { describeDifference } from './difference';

const UPDATABLE = [
  '`spec.containers[*].image`', '`spec.initContainers[*].image`', '`spec.activeDeadlineSeconds`', '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

type Spec = DeepReadonly<PodSpec>;

/** A Pod is nearly immutable: images, a shorter deadline, more tolerations, fewer gates. */
export function validatePodUpdate(errors: FieldErrors, pod: DeepReadonly<Pod>, old: DeepReadonly<Pod>, validateWhole: () => void): void {
  validateObjectMetaUpdate(errors, pod.metadata, old.metadata);
  validateWhole();
  if (!validateImages(errors, 'spec.containers', pod.spec.containers ?? [], old.spec.containers ?? [])) return;
  if (!validateImages(errors, 'spec.initContainers', pod.spec.initContainers ?? [], old.spec.initContainers ?? [])) return;
  if (!validateDeadline(errors, pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds)) return;
  validateAddedTolerations(errors, pod.spec.tolerations ?? [], old.spec.tolerations ?? []);
  validateRemovedGates(errors, pod.spec.schedulingGates ?? [], old.spec.schedulingGates ?? []);
  const munged = withUpdatableFields(pod.spec, old.spec);
  if (!semanticEqual(munged, old.spec)) {
    errors.forbidden('spec', `pod updates may not change fields other than ${UPDATABLE}\n${describeDifference('core.PodSpec', old.spec, munged)}`);
  }
}

type Containers = readonly DeepReadonly<core.Container>[];

function validateImages(errors: FieldErrors, path: string, now: Containers, old: Containers): boolean {
  if (now.length !== old.length) {
    errors.forbidden(path, 'pod updates may not add or remove containers');
    return false;
  }
  now.forEach(({ image = '' }, index) => {
    if (image !== '' && image.trim() === '') errors.required(`${path}[${index}].image`);
  });
  return true;
}

function validateDeadline(errors: FieldErrors, now: number | undefined, old: number | undefined): boolean {
  const field = 'spec.activeDeadlineSeconds';
  if (now === undefined) {
    if (old !== undefined) errors.invalid(field, undefined, 'must not update from a positive integer to nil value');
    return true;
  }
  if (now < 0 || now > 2147483647) {
    errors.inRange(field, now, 0, 2147483647);
    return false;
  }
  if (old === undefined || now <= old) return true;
  errors.invalid(field, now, 'must be less than or equal to previous value');
  return false;
}

function validateAddedTolerations(errors: FieldErrors, now: readonly object[], old: readonly object[]): void {
  const withoutSeconds = (toleration: object) => ({ ...toleration, tolerationSeconds: undefined });
  const kept = (toleration: object) => now.some((other) => semanticEqual(withoutSeconds(other), withoutSeconds(toleration)));
  if (!old.every(kept)) errors.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds');
}

function validateRemovedGates(errors: FieldErrors, now: readonly { readonly name: string }[], old: readonly { readonly name: string }[]): void {
  now.forEach(({ name }, index) => {
    if (!old.some((gate) => gate.name === name)) errors.forbidden(`spec.schedulingGates[${index}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`);
  });
}

/** The new spec with the old values where a change is allowed: equal to the old one if nothing else was changed. */
function withUpdatableFields(spec: Spec, old: Spec): Spec {
  const withOldImages = (list: Containers | undefined, before: Containers | undefined) => list?.map((container, index) => ({ ...container, image: before?.[index].image }));
  const graceRepaired = (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1;
  return {
    ...spec,
    containers: withOldImages(spec.containers, old.containers) ?? [],
    initContainers: withOldImages(spec.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    tolerations: old.tolerations,
    schedulingGates: old.schedulingGates,
    ...(graceRepaired && { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds }),
    ...(old.schedulingGates?.length && withTighterScheduling(spec, old)),
  };
}

/** Whoever holds a Pod back by a gate may narrow where it runs. */
function withTighterScheduling(spec: Spec, old: Spec): Partial<Spec> {
  const selectorGrew = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => spec.nodeSelector?.[key] === value);
  const affinityAdded = !old.affinity?.nodeAffinity;
  return {
    ...(selectorGrew && { nodeSelector: old.nodeSelector }),
    ...(affinityAdded && spec.affinity && { affinity: old.affinity }),
  };
}

type EphemeralContainers = readonly DeepReadonly<core.EphemeralContainer>[];

/** Ephemeral containers only come. */
export function validateEphemeralContainersUpdate(errors: FieldErrors, pod: DeepReadonly<Pod>, old: DeepReadonly<Pod>): void {
  validateObjectMetaUpdate(errors, pod.metadata, old.metadata);
  const now: EphemeralContainers = pod.spec.ephemeralContainers ?? [];
  for (const container of old.spec.ephemeralContainers ?? []) {
    const successor = now.find(({ name }) => name === container.name);
    if (!successor) errors.forbidden('spec.ephemeralContainers', `existing ephemeral containers "${container.name}" may not be removed\n`);
    else if (!semanticEqual(successor, container)) {
      errors.forbidden('spec.ephemeralContainers', `existing ephemeral containers "${container.name}" may not be changed\n${describeDifference('core.EphemeralContainer', container, successor)}`);
    }
  }
}
