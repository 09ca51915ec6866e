import type { Construct } from 'constructs';
import type { k8s } from './kubernetes';

/** Something that gives environment variables to processes: Config, Secrets, a BackingService. Variables that refer to others come after them. */
export interface VariableSource extends Construct {
  readonly variables: readonly k8s.EnvVar[];
}

/** All variables of a process, in order. The same name from two sources is refused: which one wins would be a guess. */
export function collectVariables(what: string, sources: readonly VariableSource[]): k8s.EnvVar[] {
  const from = new Map<string, VariableSource>();
  return sources.flatMap((source) => source.variables.map((variable) => {
    const other = from.get(variable.name);
    if (other) throw new Error(`${what}: ${variable.name} comes from both "${other.node.id}" and "${source.node.id}"; leave one out, or rename it there`);
    from.set(variable.name, source);
    return variable;
  }));
}

export const fromConfigMap = (name: string, configMap: string, key: string): k8s.EnvVar => ({ name, valueFrom: { configMapKeyRef: { name: configMap, key } } });
export const fromSecret = (name: string, { secret, key }: SecretReference): k8s.EnvVar => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } });

/** One value in a Secret of the cluster. */
export interface SecretReference {
  readonly secret: string;
  readonly key: string;
}
