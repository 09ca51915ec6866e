import type { Construct } from 'constructs';
import { type ConfigValueOf, type ConfigVariable, MissingValue, type ResolvedValue, resolveVariable, toOptions } from './config-variable';
import { k8s } from './kubernetes';
import { chosenFiles, MountedFiles, volumeNameOf } from './mounted-files';
import { checkVariable } from './names';
import { contentName, objectName } from './object-name';
import { addProblem, throwProblems } from './problems';
import { scopeOf, TwelveFactorApp } from './twelve-factor-app';
import { fromConfigMap, VariableConstruct } from './variables';

/** Values of the declared types, by variable. */
export type ConfigValues<D> = { readonly [Name in keyof D]: ConfigValueOf<D[Name]> };

/**
 * What differs between deployments and is no secret, as environment variables (factor III). Values come from `environments.<name>.config` of the app, else from the default. All that are missing or of the
 * wrong type are told at once when the program is synthesized. A changed value gives the ConfigMap a new name, so the processes that use it are rolled.
 */
export class Config<const D extends Readonly<Record<string, ConfigVariable>> = Readonly<Record<string, ConfigVariable>>> extends VariableConstruct<keyof D & string> {
  readonly variables: readonly k8s.EnvVar[];
  protected override readonly absent: readonly string[];
  override readonly plain: Readonly<Record<string, string>>;
  /** The values, for decisions in the program. To read one that is missing or wrong is an error. */
  readonly values: ConfigValues<D>;
  readonly configMap: k8s.KubeConfigMap;
  readonly configMapName: string;

  constructor(scope: Construct, id: string, declared: D) {
    super(scopeOf(scope), id);
    const resolved = new Map(Object.entries(declared).map(([name, variable]) => [checkVariable(`Config "${id}"`, name), this.tryResolve(name, variable)] as const));
    this.values = this.toValues(resolved);
    const data = Object.fromEntries([...resolved].flatMap(([name, value]) => (value instanceof Error || !value ? [] : [[name, value.text] as const])));
    this.plain = data;
    this.configMapName = contentName(objectName(this), data);
    this.configMap = new k8s.KubeConfigMap(this, 'config-map', { metadata: { name: this.configMapName }, data });
    this.absent = [...resolved].flatMap(([name, value]) => (value === undefined ? [name] : []));
    // One that is wrong is there as well: its problem is told, and not that others cannot use it.
    this.variables = [...resolved.keys()].filter((name) => !this.absent.includes(name)).map((name) => fromConfigMap(name, this.configMapName, name));
    TwelveFactorApp.appOf(this)._declare(Object.keys(declared));
  }

  /**
   * The variables as files of a folder, for programs that read files: `attach: [config.asFiles('/etc/shop')]`.
   * @param options what differs from the defaults
   * @param options.names file of each variable; only these @default all, called as the variables
   */
  asFiles(folder: string, { names }: { readonly names?: Readonly<Partial<Record<keyof D & string, string>>> } = {}): MountedFiles {
    const files = chosenFiles(this, this.variables.map(({ name }) => name), names);
    return new MountedFiles(volumeNameOf(this, names && files), { configMap: { name: this.configMapName, ...(names && { items: [...files] }) } }, { mountPath: folder });
  }

  private tryResolve(name: string, variable: ConfigVariable): ResolvedValue | Error | undefined {
    const { name: environment, config = {} } = TwelveFactorApp.appOf(this).settings;
    try {
      return resolveVariable(variable, Object.hasOwn(config, name) ? config[name] : undefined);
    } catch (cause) {
      const { description } = toOptions(variable);
      const what = `Config "${this.node.id}": ${name}${description ? ` (${description})` : ''}`;
      const where = `environments.${environment}.config.${name}`;
      const error = cause instanceof MissingValue
        ? new Error(`${what} has no value in environment "${environment}"; set ${where}, or give it a default`)
        : new Error(`${what} ${(cause as Error).message} (${Object.hasOwn(config, name) ? where : 'its default'})`, { cause });
      addProblem(this, error);
      return error;
    }
  }

  private toValues(resolved: ReadonlyMap<string, ResolvedValue | Error | undefined>): ConfigValues<D> {
    const { root } = this.node;
    const values = {};
    for (const [name, value] of resolved) {
      const get = () => (value instanceof Error ? throwProblems(root) : value?.value);
      Object.defineProperty(values, name, { get, enumerable: true });
    }
    return values as ConfigValues<D>;
  }
}
