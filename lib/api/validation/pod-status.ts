import type { DeepReadonly } from '../../base/deep-readonly';
import type { ContainerStatus, Pod } from '../types';
import type { FieldErrors } from './field-errors';
import { validateLabelName } from './labels';
import { validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain, isIp } from './names';

export function validatePodStatusUpdate(errors: FieldErrors, pod: DeepReadonly<Pod>, old: DeepReadonly<Pod>): void {
  validateObjectMetaUpdate(errors, pod.metadata, old.metadata);
  const { status = {}, spec } = pod;
  const nominated = status.nominatedNodeName;
  if (nominated) errors.invalidEach('status.nominatedNodeName', nominated, isDns1123Subdomain(nominated));
  if ((old.spec.nodeName ?? '') !== (spec.nodeName ?? '')) errors.forbidden('status.nodeName', 'may not be changed directly');
  if (spec.restartPolicy !== 'Always') {
    const sidecars = new Set(spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
    validateTerminalStates(errors, 'status.containerStatuses', status.containerStatuses ?? [], old.status?.containerStatuses ?? [], spec.restartPolicy);
    validateTerminalStates(errors, 'status.initContainerStatuses', status.initContainerStatuses ?? [], (old.status?.initContainerStatuses ?? []).filter(({ name }) => !sidecars.has(name)), spec.restartPolicy);
  }
  status.conditions?.forEach(({ type = '' }, index) => {
    if (!type.startsWith('Pod') && type.includes('/')) validateLabelName(errors, `status.conditions[${index}].type`, type);
  });
  status.podIPs?.forEach(({ ip = '' }, index) => errors.invalidEach(`status.podIPs[${index}]`, ip, isIp(ip)));
}

type Statuses = readonly DeepReadonly<ContainerStatus>[];

/** Where nothing restarts, a container that has ended stays ended. */
function validateTerminalStates(errors: FieldErrors, path: string, now: Statuses, old: Statuses, policy: string | undefined): void {
  for (const { name, state } of old) {
    const terminated = state?.terminated;
    if (!terminated || (policy === 'OnFailure' && terminated.exitCode !== 0)) continue;
    now.forEach((status, index) => {
      if (status.name === name && !status.state?.terminated) errors.forbidden(`${path}[${index}].state`, 'may not be transitioned to non-terminated state');
    });
  }
}
