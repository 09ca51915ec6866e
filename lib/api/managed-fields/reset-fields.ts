import type { ResourceInfo } from '../kinds';
import type { FieldSet } from './field-set';

type Resource = Pick<ResourceInfo, 'group' | 'resource'>;

const STATUS: FieldSet = { 'f:status': {} };
const SPEC: FieldSet = { 'f:spec': {} };
const SPEC_AND_METADATA: FieldSet = { 'f:metadata': {}, 'f:spec': {} };
const NONE: FieldSet = {};

/** Resources without a status of their own (or whose status is not kept apart). */
const WITHOUT_STATUS = new Set([
  'configmaps', 'secrets', 'serviceaccounts', 'endpoints', 'events', 'limitranges', 'podtemplates', 'controllerrevisions', 'leases', 'endpointslices',
  'ingressclasses', 'networkpolicies', 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings', 'priorityclasses', 'storageclasses', 'csidrivers', 'csinodes',
  'csistoragecapacities', 'runtimeclasses', 'mutatingwebhookconfigurations', 'validatingwebhookconfigurations', 'bindings',
]);

/** What a write to the status of these resets besides `spec`. */
const STATUS_RESETS: Readonly<Record<string, FieldSet>> = {
  'pods': { ...SPEC, 'f:metadata': { 'f:deletionTimestamp': {}, 'f:ownerReferences': {} } },
  'deployments': { ...SPEC, 'f:metadata': { 'f:labels': {} } },
  'customresourcedefinitions': SPEC_AND_METADATA,
  'apiservices': SPEC_AND_METADATA,
  'flowschemas': SPEC_AND_METADATA,
  'prioritylevelconfigurations': SPEC_AND_METADATA,
  'volumeattachments': SPEC_AND_METADATA,
};

/** Fields that a write through the resource or its subresource never changes, so nobody comes to own them that way. Follows the strategies' GetResetFields. */
export function resetFieldsOf({ group, resource }: Resource, subresource: string, custom = false): FieldSet {
  if (subresource === '' && group === 'certificates.k8s.io') return { ...SPEC, ...STATUS };
  if (subresource === '') return WITHOUT_STATUS.has(resource) && !custom ? NONE : STATUS;
  if (subresource === 'approval' && group === 'certificates.k8s.io') return { ...SPEC, 'f:status': { 'f:certificate': {} } };
  if (subresource !== 'status') return NONE;
  return custom ? SPEC_AND_METADATA : STATUS_RESETS[resource] ?? SPEC;
}
