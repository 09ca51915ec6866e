import type { Pod } from '../../api/types';
import type { AdmissionRequest } from './admission-step';

/** The pod that is being created; undefined for anything else. */
export function tryCreatedPod({ operation, resource, subresource, object }: AdmissionRequest): Pod | undefined {
  return operation === 'CREATE' && resource.group === '' && resource.resource === 'pods' && !subresource ? (object as Pod) : undefined;
}

export const PODS = { group: '', resource: 'pods' };
