import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject, ObjectMeta, PodSpec } from '../api/types';

type Object = DeepReadonly<KubeObject>;

/** What a workload's pods are made from. */
export interface PodTemplate {
  readonly metadata?: DeepReadonly<ObjectMeta>;
  readonly spec?: DeepReadonly<PodSpec>;
}

interface Templated {
  readonly metadata?: DeepReadonly<ObjectMeta>;
  readonly spec?: { readonly template?: PodTemplate; readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } } };
}

/** undefined for what has no pods. A Pod is its own template. Pure. */
export function tryPodTemplate(object: Object): PodTemplate | undefined {
  const { kind, metadata, spec } = object as Object & Templated;
  if (kind === 'Pod') return { metadata, spec: spec as DeepReadonly<PodSpec> };
  if (kind === 'CronJob') return spec?.jobTemplate?.spec?.template;
  return spec?.template?.spec ? spec.template : undefined;
}

/** The object with these annotations added to those of its pods; of kinds that keep their pods' template directly. Pure. */
export function withPodAnnotations(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  const { spec } = object as KubeObject & Templated;
  if (!spec?.template) return object;
  const { metadata } = spec.template;
  return { ...object, spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations: { ...metadata?.annotations, ...annotations } } } } } as KubeObject;
}

export interface ConfigReferences {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

/** The ConfigMaps and Secrets that pods of the template get variables and files from, by name. Pure. */
export function configReferences({ spec }: PodTemplate): ConfigReferences {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  const add = (names: Set<string>, name: string | undefined) => { if (name) names.add(name); };
  for (const { env = [], envFrom = [] } of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    for (const { configMapRef, secretRef } of envFrom) {
      add(configMaps, configMapRef?.name);
      add(secrets, secretRef?.name);
    }
    for (const { valueFrom } of env) {
      add(configMaps, valueFrom?.configMapKeyRef?.name);
      add(secrets, valueFrom?.secretKeyRef?.name);
    }
  }
  for (const { configMap, secret, projected } of spec?.volumes ?? []) {
    add(configMaps, configMap?.name);
    add(secrets, secret?.secretName);
    for (const source of projected?.sources ?? []) {
      add(configMaps, source.configMap?.name);
      add(secrets, source.secret?.name);
    }
  }
  return { configMaps, secrets };
}
