import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import { namespaceOf, type KubeletContext, type ReadonlyContainer } from '../kubelet-context';
import { tryGetFresh } from '../try-get-fresh';
import { expand } from './expand';
import { fieldValue, type FieldScope } from './field-reference';
import { resourceValue } from './resource-reference';
import { serviceEnvironment } from './service-environment';

export interface EnvironmentScope extends FieldScope {
  readonly context: KubeletContext;
  readonly container: ReadonlyContainer;
}

/**
 * The variables of a container in upstream's order of precedence: Services, then envFrom, then env, each able to refer to those before.
 * Throws where a ConfigMap, Secret or key is missing and not optional.
 */
export async function makeEnvironment(scope: EnvironmentScope): Promise<Map<string, string>> {
  const { pod, container, context } = scope;
  const services = serviceEnvironment(context.lister, namespaceOf(pod), pod.spec.enableServiceLinks ?? true);
  const result = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    for (const [key, value] of await readSource(source, scope)) result.set(`${source.prefix ?? ''}${key}`, value);
  }
  for (const variable of container.env ?? []) {
    const lookup = (name: string) => result.get(name) ?? services[name];
    const value = variable.valueFrom ? await readValue(variable.valueFrom, scope) : expand(variable.value ?? '', lookup);
    if (value !== undefined) result.set(variable.name, value);
  }
  for (const [name, value] of Object.entries(services)) if (!result.has(name)) result.set(name, value);
  return result;
}

async function readValue({ fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef }: DeepReadonly<core.EnvVarSource>, scope: EnvironmentScope): Promise<string | undefined> {
  const { pod, container, context } = scope;
  if (fieldRef) return fieldValue(fieldRef.fieldPath, scope);
  if (resourceFieldRef) return resourceValue(resourceFieldRef, pod, container, context.allocatable());
  if (configMapKeyRef) return readKey('ConfigMap', configMapKeyRef, scope);
  if (secretKeyRef) return readKey('Secret', secretKeyRef, scope);
  return '';
}

async function readKey(kind: 'ConfigMap' | 'Secret', { name = '', key, optional }: DeepReadonly<core.ConfigMapKeySelector>, scope: EnvironmentScope): Promise<string | undefined> {
  const data = await readData(kind, name, optional, scope);
  if (!data || !(key in data)) {
    if (optional) return undefined;
    throw new Error(`couldn't find key ${key} in ${kind} ${namespaceOf(scope.pod)}/${name}`);
  }
  return data[key];
}

async function readSource({ configMapRef, secretRef }: DeepReadonly<core.EnvFromSource>, scope: EnvironmentScope): Promise<[string, string][]> {
  const reference = configMapRef ?? secretRef;
  if (!reference) return [];
  const data = await readData(configMapRef ? 'ConfigMap' : 'Secret', reference.name ?? '', reference.optional, scope);
  const entries = Object.entries(data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const [valid, invalid] = [entries.filter(([key]) => ENVIRONMENT_NAME.test(key)), entries.filter(([key]) => !ENVIRONMENT_NAME.test(key))];
  if (invalid.length > 0) {
    const keys = invalid.map(([key]) => key).join(', ');
    scope.context.events.event({ apiVersion: 'v1', kind: 'Pod', metadata: scope.pod.metadata }, 'Warning', 'InvalidEnvironmentVariableNames',
      `Keys [${keys}] from the EnvFrom ${configMapRef ? 'configMap' : 'secret'} ${namespaceOf(scope.pod)}/${reference.name} were skipped since they are considered invalid environment variable names.`);
  }
  return valid;
}

const ENVIRONMENT_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

async function readData(kind: 'ConfigMap' | 'Secret', name: string, optional: boolean | undefined, { pod, context }: EnvironmentScope): Promise<Readonly<Record<string, string>> | undefined> {
  const reference = { namespace: namespaceOf(pod), name };
  if (kind === 'ConfigMap') {
    const configMap = await tryGetFresh(context, 'ConfigMap', reference);
    if (!configMap && !optional) throw new Error(`configmap "${name}" not found`);
    return configMap?.data ?? {};
  }
  const secret = await tryGetFresh(context, 'Secret', reference);
  if (!secret && !optional) throw new Error(`secret "${name}" not found`);
  return Object.fromEntries(Object.entries(secret?.data ?? {}).map(([key, base64]) => [key, Buffer.from(base64, 'base64').toString('utf8')]));
}
