import type { core } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { PodTemplate } from './pod-templates';

/** Where a pod takes values or files from a ConfigMap or Secret. */
export interface ConfigReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly field: string;
  /** The pod runs without it. */
  readonly optional: boolean;
  /** The keys that it needs. @default whatever there is */
  readonly keys: readonly { readonly key: string; readonly field: string; readonly used: string }[];
}

/** Variables, volumes and pull secrets of a pod that name a ConfigMap or Secret. */
export function configReferencesOf(template: PodTemplate): readonly ConfigReference[] {
  let found = known.get(template);
  if (!found) known.set(template, (found = [...findReferences(template)]));
  return found;
}

/** Several rules ask for the same. */
const known = new WeakMap<PodTemplate, readonly ConfigReference[]>();

function* findReferences({ containers, spec, path }: PodTemplate): Generator<ConfigReference> {
  for (const { container, path: containerPath } of containers) {
    for (const [index, variable] of (container.env ?? []).entries()) yield* ofVariable(variable, `${containerPath}.env[${index}].valueFrom`);
    for (const [index, { configMapRef, secretRef }] of (container.envFrom ?? []).entries()) {
      const field = `${containerPath}.envFrom[${index}]`;
      if (configMapRef?.name) yield { kind: 'ConfigMap', name: configMapRef.name, field: `${field}.configMapRef.name`, optional: configMapRef.optional === true, keys: [] };
      if (secretRef?.name) yield { kind: 'Secret', name: secretRef.name, field: `${field}.secretRef.name`, optional: secretRef.optional === true, keys: [] };
    }
  }
  for (const [index, volume] of (spec.volumes ?? []).entries()) yield* ofVolume(volume, `${path}.volumes[${index}]`);
}

function* ofVariable({ name: variable, valueFrom }: DeepReadonly<core.EnvVar>, field: string): Generator<ConfigReference> {
  if (!valueFrom) return;
  for (const [kind, property, reference] of [['ConfigMap', 'configMapKeyRef', valueFrom.configMapKeyRef], ['Secret', 'secretKeyRef', valueFrom.secretKeyRef]] as const) {
    if (!reference?.name) continue;
    yield { kind, name: reference.name, field: `${field}.${property}.name`, optional: reference.optional === true, keys: [{ key: reference.key, field: `${field}.${property}.key`, used: variable }] };
  }
}

function* ofVolume({ name: volume, configMap, secret, projected }: DeepReadonly<core.Volume>, field: string): Generator<ConfigReference> {
  if (configMap?.name) yield ofFiles('ConfigMap', configMap.name, configMap, volume, `${field}.configMap`, 'name');
  if (secret?.secretName) yield ofFiles('Secret', secret.secretName, secret, volume, `${field}.secret`, 'secretName');
  for (const [index, source] of (projected?.sources ?? []).entries()) {
    const part = `${field}.projected.sources[${index}]`;
    if (source.configMap?.name) yield ofFiles('ConfigMap', source.configMap.name, source.configMap, volume, `${part}.configMap`, 'name');
    if (source.secret?.name) yield ofFiles('Secret', source.secret.name, source.secret, volume, `${part}.secret`, 'name');
  }
}

type Files = DeepReadonly<{ items?: core.KeyToPath[]; optional?: boolean }>;

const ofFiles = (kind: ConfigReference['kind'], name: string, { items, optional }: Files, volume: string, field: string, nameField: string): ConfigReference => ({
  kind, name, field: `${field}.${nameField}`, optional: optional === true,
  keys: (items ?? []).map(({ key }, index) => ({ key, field: `${field}.items[${index}].key`, used: `volume ${volume}` })),
});
