import { Construct } from 'constructs';
import { k8s } from './kubernetes';
import { checkVariable } from './names';
import { contentName, objectName } from './object-name';
import { scopeOf, TwelveFactorApp } from './twelve-factor-app';
import { fromConfigMap, type VariableSource } from './variables';

/** A variable of the configuration. Text is short for a fixed value. */
export type ConfigVariable = string | ConfigVariableOptions;

export interface ConfigVariableOptions {
  /** Used where the environment gives no value. @default none: every environment must give one */
  readonly default?: string;
  /** The values that are allowed. @default any */
  readonly oneOf?: readonly string[];
}

/**
 * What differs between deployments and is no secret, as environment variables (factor III). Values come from `environments.<name>.config`
 * of the app, else from the default. A changed value gives the ConfigMap a new name, so the processes that use it are rolled.
 */
export class Config extends Construct implements VariableSource {
  readonly variables: readonly k8s.EnvVar[];
  /** The resolved values, for decisions in the program. */
  readonly values: Readonly<Record<string, string>>;
  readonly configMapName: string;

  constructor(scope: Construct, id: string, variables: Readonly<Record<string, ConfigVariable>>) {
    super(scopeOf(scope), id);
    this.values = Object.fromEntries(Object.entries(variables).map(([name, variable]) => [checkVariable(`Config "${id}"`, name), this.resolve(name, variable)]));
    this.configMapName = contentName(objectName(this), this.values);
    new k8s.KubeConfigMap(this, 'config-map', { metadata: { name: this.configMapName }, data: { ...this.values } });
    this.variables = Object.keys(this.values).map((name) => fromConfigMap(name, this.configMapName, name));
  }

  private resolve(name: string, variable: ConfigVariable): string {
    const { name: environment, config = {} } = TwelveFactorApp.appOf(this).settings;
    const { default: fallback, oneOf }: ConfigVariableOptions = typeof variable === 'string' ? { default: variable } : variable;
    const value = config[name] ?? fallback;
    const what = `Config "${this.node.id}": ${name}`;
    if (value === undefined) throw new Error(`${what} has no value in environment "${environment}"; set environments.${environment}.config.${name}, or give it a default`);
    if (oneOf && !oneOf.includes(value)) throw new Error(`${what} is "${value}" in environment "${environment}"; it must be one of: ${oneOf.join(', ')}`);
    return value;
  }
}
