import { Construct, type Node } from 'constructs';
import type { k8s } from './kubernetes';
import { checkVariable } from './names';

/** Something that gives environment variables to processes: Config, Secrets, a BackingService, or a part of one. Variables that refer to others come after them. */
export interface VariableSource {
  readonly variables: readonly k8s.EnvVar[];
  /** Of the construct that they come from. */
  readonly node: Node;
  /** Values that are no secrets, by variable. @default not known here */
  readonly plain?: Readonly<Record<string, string>>;
}

/** Every variable of a process, with its value where the program knows it. */
export function knownValues(variables: readonly k8s.EnvVar[], sources: readonly VariableSource[]): ReadonlyMap<string, string | undefined> {
  const plain = new Map(sources.flatMap((source) => Object.entries(source.plain ?? {})));
  return new Map(variables.map(({ name, value, valueFrom }) => [name, valueFrom ? plain.get(name) : value]));
}

/** All variables of a process, in order. The same name from two sources is refused: which one wins would be a guess. */
export function collectVariables(what: string, sources: readonly VariableSource[]): k8s.EnvVar[] {
  const from = new Map<string, VariableSource>();
  return sources.flatMap((source) => source.variables.map((variable) => {
    const other = from.get(variable.name);
    if (other) throw new Error(`${what}: ${variable.name} comes from both "${other.node.id}" and "${source.node.id}"; leave one out with omit('${variable.name}'), or rename it there with as({ ${variable.name}: '…' })`);
    from.set(variable.name, source);
    return variable;
  }));
}

/** What a process can take from a source of variables: some of them, or under other names. */
interface Choices<Name extends string> {
  /** Only these. */
  pick(...names: readonly Name[]): VariableView;
  /** All but these. */
  omit(...names: readonly Name[]): VariableView;
  /** Some under other names: `as({ LOG_LEVEL: 'LEVEL' })`. The others keep theirs. */
  as(names: Readonly<Partial<Record<Name, string>>>): VariableView;
  /** All with this in front of their names: `prefixed('SHOP_')`. */
  prefixed(prefix: string): VariableView;
}

/** A construct that gives variables. */
export abstract class VariableConstruct<Name extends string = string> extends Construct implements VariableSource, Choices<Name> {
  abstract readonly variables: readonly k8s.EnvVar[];
  readonly plain?: Readonly<Record<string, string>>;
  /** Variables that it may have and now has not: optional ones. */
  protected readonly absent: readonly string[] = [];

  pick(...names: readonly Name[]): VariableView {
    return this.view().pick(...names);
  }

  omit(...names: readonly Name[]): VariableView {
    return this.view().omit(...names);
  }

  as(names: Readonly<Partial<Record<Name, string>>>): VariableView {
    return this.view().as(names as Readonly<Record<string, string>>);
  }

  prefixed(prefix: string): VariableView {
    return this.view().prefixed(prefix);
  }

  private view(): VariableView {
    return new VariableView(this.node, this.variables, this.plain, this.absent);
  }
}

/** A part of a source, or the same under other names. */
export class VariableView implements VariableSource, Choices<string> {
  /** @internal */
  constructor(readonly node: Node, readonly variables: readonly k8s.EnvVar[], readonly plain: Readonly<Record<string, string>> = {}, private readonly absent: readonly string[] = []) {}

  pick(...names: readonly string[]): VariableView {
    this.checkNames('pick', names);
    return this.with(this.variables.filter(({ name }) => names.includes(name)));
  }

  omit(...names: readonly string[]): VariableView {
    this.checkNames('omit', names);
    return this.with(this.variables.filter(({ name }) => !names.includes(name)));
  }

  as(names: Readonly<Record<string, string>>): VariableView {
    this.checkNames('as', Object.keys(names));
    return this.renamed((name) => (Object.hasOwn(names, name) ? names[name] : name));
  }

  prefixed(prefix: string): VariableView {
    return this.renamed((name) => prefix + name);
  }

  private renamed(rename: (name: string) => string): VariableView {
    const own = new Set(this.variables.map(({ name }) => name));
    const renamed = this.variables.map((variable) => ({
      ...variable, name: checkVariable(this.node.path, rename(variable.name)),
      ...(variable.value !== undefined && { value: variable.value.replace(REFERENCE, (text, name: string) => (own.has(name) ? `$(${rename(name)})` : text)) }),
    }));
    const plain = Object.fromEntries(Object.entries(this.plain).map(([name, value]) => [rename(name), value]));
    return new VariableView(this.node, renamed, plain, this.absent.map(rename));
  }

  /** Refuses a variable that is composed of one that is left out: the process would get the text `$(NAME)`. */
  private with(variables: readonly k8s.EnvVar[]): VariableView {
    const missing = new Set(this.variables.map(({ name }) => name));
    for (const { name, value = '' } of variables) {
      for (const [, used] of value.matchAll(REFERENCE)) {
        const gone = missing.has(used) && !variables.some((other) => other.name === used);
        if (gone) throw new Error(`${this.node.path}: ${name} is composed of ${used}, which is left out; take both or neither`);
      }
    }
    return new VariableView(this.node, variables, this.plain, this.absent);
  }

  private checkNames(method: string, names: readonly string[]): void {
    const known = [...this.variables.map(({ name }) => name), ...this.absent];
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length > 0) throw new Error(`${this.node.path}: ${method}: there is no ${unknown.join(' and no ')}; it has: ${known.join(', ')}`);
  }
}

/** How the kubelet composes variables of others. */
const REFERENCE = /\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g;

export const fromConfigMap = (name: string, configMap: string, key: string): k8s.EnvVar => ({ name, valueFrom: { configMapKeyRef: { name: configMap, key } } });
export const fromSecret = (name: string, { secret, key }: SecretReference): k8s.EnvVar => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } });

/** One value in a Secret of the cluster. */
export interface SecretReference {
  readonly secret: string;
  readonly key: string;
}
