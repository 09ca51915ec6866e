import type { Construct } from 'constructs';
import { SECRET_VALUES_ANNOTATION } from '../api/label-keys';
import { expectSecret } from './expected-secrets';
import { k8s } from './kubernetes';
import { chosenFiles, MountedFiles, volumeNameOf } from './mounted-files';
import { checkVariable } from './names';
import { objectName } from './object-name';
import type { SecretValue } from './secret-value';
import { scopeOf } from './twelve-factor-app';
import { fromSecret, type SecretReference, VariableConstruct } from './variables';

/**
 * Secret values as environment variables (factor III). The YAML holds a Secret without data that says where each value comes from; `twelve apply`
 * fills it in. Applied with kubectl alone, the Secret stays empty and the processes wait for it.
 */
export class Secrets extends VariableConstruct {
  /** A Secret that somebody else keeps in the cluster. @param variables variable → key in it */
  static existing(scope: Construct, id: string, { secret, variables }: { readonly secret: string; readonly variables: Readonly<Record<string, string>> }): Secrets {
    expectSecret(scope, secret);
    return new Secrets(scope, id, new Map(Object.entries(variables).map(([variable, key]) => [variable, { secret, key }])));
  }

  readonly variables: readonly k8s.EnvVar[];
  private readonly references: ReadonlyMap<string, SecretReference>;

  constructor(scope: Construct, id: string, values: Readonly<Record<string, SecretValue>> | ReadonlyMap<string, SecretReference>) {
    super(scopeOf(scope), id);
    this.references = values instanceof Map ? values : this.ownSecret(values as Readonly<Record<string, SecretValue>>);
    this.variables = [...this.references].map(([variable, reference]) => fromSecret(checkVariable(`Secrets "${id}"`, variable), reference));
  }

  /** One of the values, for a BackingService's password. */
  value(variable: string): SecretReference {
    const reference = this.references.get(variable);
    if (!reference) throw new Error(`Secrets "${this.node.id}" has no ${variable}; it has: ${[...this.references.keys()].join(', ')}`);
    return reference;
  }

  /**
   * The values as files of a folder: `attach: [secrets.asFiles('/run/secrets')]`.
   * @param options what differs from the defaults
   * @param options.names file of each value; only these @default all, called as the variables
   */
  asFiles(folder: string, { names }: { readonly names?: Readonly<Record<string, string>> } = {}): MountedFiles {
    const files = chosenFiles(this, [...this.references.keys()], names);
    const bySecret = new Map<string, k8s.KeyToPath[]>();
    for (const { key: variable, path } of files) {
      const { secret, key } = this.value(variable);
      bySecret.set(secret, [...bySecret.get(secret) ?? [], { key, path }]);
    }
    const sources = [...bySecret].map(([name, items]) => ({ name, items }));
    const [only, ...others] = sources;
    const volume = others.length === 0 ? { secret: { secretName: only.name, items: only.items } } : { projected: { sources: sources.map((secret) => ({ secret })) } };
    return new MountedFiles(volumeNameOf(this, names && files), volume, { mountPath: folder });
  }

  private ownSecret(values: Readonly<Record<string, SecretValue>>): ReadonlyMap<string, SecretReference> {
    const secret = valuelessSecret(this, 'secret', objectName(this), values);
    return new Map(Object.keys(values).map((key) => [key, { secret, key }]));
  }
}

/** Adds a Secret whose values `twelve apply` fills in; returns its name. */
export function valuelessSecret(scope: Construct, id: string, name: string, values: Readonly<Record<string, SecretValue>>): string {
  const sources = Object.fromEntries(Object.entries(values).map(([key, { source }]) => [key, source]));
  new k8s.KubeSecret(scope, id, { metadata: { name, annotations: { [SECRET_VALUES_ANNOTATION]: JSON.stringify(sources) } }, type: 'Opaque' });
  return name;
}
