import type { DeepReadonly } from '../../base/deep-readonly';
import type { ResourceInfo } from '../kinds';
import type { KubeObject, ObjectMeta, PodSpec } from '../types';
import { VOLUME_WARNINGS, nodeLabel, podWarnings } from './pod-spec';

interface Template {
  readonly metadata?: ObjectMeta;
  readonly spec?: PodSpec;
}

type Warner = (object: never) => string[];

const inTemplate = ({ spec }: { readonly spec?: { readonly template?: Template } }): string[] => podWarnings(spec?.template?.spec, spec?.template?.metadata, 'spec.template.');

const WARNERS: Readonly<Record<string, Warner>> = {
  'pods': ({ spec, metadata }: { readonly spec: PodSpec; readonly metadata: ObjectMeta }) => podWarnings(spec, metadata, ''),
  'podtemplates': ({ template }: { readonly template?: Template }) => podWarnings(template?.spec, template?.metadata, 'template.'),
  'replicationcontrollers': inTemplate,
  'deployments.apps': inTemplate,
  'daemonsets.apps': inTemplate,
  'statefulsets.apps': inTemplate,
  'replicasets.apps': inTemplate,
  'jobs.batch': inTemplate,
  'cronjobs.batch': cronJobWarnings,
  'persistentvolumes': ({ spec }: { readonly spec: object }) => Object.keys(spec).flatMap((source) => (VOLUME_WARNINGS[source] ? [`spec.${source}: ${VOLUME_WARNINGS[source]}`] : [])),
  'endpointslices.discovery.k8s.io': ({ addressType }: { readonly addressType?: string }) => (addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
  'ingresses.networking.k8s.io': ({ metadata }: KubeObject) => (
    metadata.annotations?.['kubernetes.io/ingress.class'] === undefined ? [] : [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`]
  ),
  'runtimeclasses.node.k8s.io': ({ scheduling }: { readonly scheduling?: { readonly nodeSelector?: object } }) => (
    Object.keys(scheduling?.nodeSelector ?? {}).sort().flatMap((label) => nodeLabel(label, 'scheduling.nodeSelector', ': '))
  ),
  'csistoragecapacities.storage.k8s.io': ({ nodeTopology }: { readonly nodeTopology?: { readonly matchLabels?: object } }) => (
    Object.keys(nodeTopology?.matchLabels ?? {}).sort().flatMap((label) => nodeLabel(label, `nodeTopology.matchLabels.${label}`, ': '))
  ),
};

interface CronJobParts {
  readonly spec: { readonly schedule?: string; readonly jobTemplate?: { readonly spec?: { readonly template?: Template } } };
}

function cronJobWarnings({ spec }: CronJobParts): string[] {
  const template = spec.jobTemplate?.spec?.template;
  const zone = /TZ/.test(spec.schedule ?? '')
    ? ['CRON_TZ or TZ used in spec.spec.schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details']
    : [];
  return [...zone, ...podWarnings(template?.spec, template?.metadata, 'spec.jobTemplate.spec.template.')];
}

/**
 * Texts for the Warning header about an object that is to be stored: deprecated fields, and what most likely is a mistake.
 * Follows the strategies' WarningsOnCreate and WarningsOnUpdate.
 */
export function warningsOf(object: DeepReadonly<KubeObject>, { group, resource }: Pick<ResourceInfo, 'group' | 'resource'>): string[] {
  return WARNERS[group ? `${resource}.${group}` : resource]?.(object as never) ?? [];
}
