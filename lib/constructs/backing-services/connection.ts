import type { Construct } from 'constructs';
import { k8s } from '../kubernetes';
import { checkVariable } from '../names';
import { contentName, objectName } from '../object-name';
import { SecretValue } from '../secret-value';
import { valuelessSecret } from '../secrets';
import { fromConfigMap, fromSecret, type SecretReference } from '../variables';
import { isReference, type Parts, Template, variablePrefix, variableSuffix } from './parts';

/** Names of the injected variables. What is left out is not injected. @default all parts, as `<ID>_HOST`, `<ID>_PORT` and so on */
export type VariableNames<Part extends string = string> = Readonly<Partial<Record<Part, string>>>;

/** Where each part of a connection is kept in the cluster, so that a variable can refer to it. */
export class Connection {
  /** Keeps texts in a ConfigMap and secrets in a Secret. @param hidden further secrets, which only the service's own container gets */
  static keep(construct: Construct, parts: Parts, hidden: Readonly<Record<string, SecretValue>> = {}): Connection {
    const plain = plainTexts(parts);
    const configMap = contentName(objectName(construct), plain);
    new k8s.KubeConfigMap(construct, 'config-map', { metadata: { name: configMap }, data: { ...plain } });
    const own = { ...ownSecrets(parts, plain), ...hidden };
    const secret = Object.keys(own).length > 0 ? valuelessSecret(construct, 'secret', objectName(construct), own) : undefined;
    return new Connection(construct, parts, plain, configMap, Object.keys(own), secret);
  }

  private constructor(
    private readonly construct: Construct,
    private readonly parts: Parts,
    private readonly plain: Readonly<Record<string, string>>,
    readonly configMapName: string,
    private readonly ownKeys: readonly string[],
    /** Undefined when it has no secrets, or they are somebody else's. */
    readonly secretName: string | undefined,
  ) {}

  /** A variable that holds a part. @param names of the other variables, for a text that can only be put together in the container */
  variable(name: string, part: string, names: VariableNames = {}): k8s.EnvVar {
    if (part in this.plain) return fromConfigMap(name, this.configMapName, part);
    const value = this.parts[part];
    if (value instanceof Template && !this.ownKeys.includes(part)) return { name, value: value.fill((other) => this.inContainer(other, part, names)) };
    return fromSecret(name, this.reference(part));
  }

  /** The variables of all parts, or of the chosen ones. Those that are put together in the container come last, as the kubelet needs it. */
  variables(chosen?: VariableNames): readonly k8s.EnvVar[] {
    const { id } = this.construct.node;
    const names = chosen ?? Object.fromEntries(Object.keys(this.parts).map((part) => [part, `${variablePrefix(id)}_${variableSuffix(part)}`]));
    for (const [part, name] of Object.entries(names)) {
      if (!(part in this.parts)) throw new Error(`${this.what}: variables.${part} does not exist; there are ${Object.keys(this.parts).join(', ')}`);
      if (name !== undefined) checkVariable(this.what, name);
    }
    const variables = Object.keys(this.parts).flatMap((part) => {
      const name = names[part];
      return name === undefined ? [] : [this.variable(name, part, names)];
    });
    return [...variables.filter(({ valueFrom }) => valueFrom), ...variables.filter(({ valueFrom }) => !valueFrom)];
  }

  private get what(): string {
    return `BackingService "${this.construct.node.id}"`;
  }

  private reference(part: string): SecretReference {
    const value = this.parts[part];
    if (value !== undefined && isReference(value)) return value;
    if (this.secretName === undefined || !this.ownKeys.includes(part)) throw new Error(`${this.what} has no ${part}; it has ${[...Object.keys(this.parts), ...this.ownKeys].join(', ')}`);
    return { secret: this.secretName, key: part };
  }

  /** `$(NAME)`: put in by the kubelet, so that the secret of somebody else stays where it is. */
  private inContainer(part: string, of: string, names: VariableNames): string {
    if (part in this.plain) return encodeURIComponent(this.plain[part]);
    const name = names[part];
    if (name !== undefined) return `$(${name})`;
    throw new Error(`${this.what}: the variable of ${of} is composed of that of ${part}, which is in a Secret of somebody else; add variables.${part}, or give the ${part} as a SecretValue`);
  }
}

/** What needs no secret. */
function plainTexts(parts: Parts): Readonly<Record<string, string>> {
  const texts = Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
  const composed = Object.entries(parts).flatMap(([name, value]) => {
    return value instanceof Template && value.parts.every((part) => part in texts) ? [[name, value.fill((part) => encodeURIComponent(texts[part]))]] : [];
  });
  return { ...texts, ...Object.fromEntries(composed) };
}

/** Secrets of its own, and the texts that are composed of nothing else that is secret: those are put together by `twelve apply`. */
function ownSecrets(parts: Parts, plain: Readonly<Record<string, string>>): Readonly<Record<string, SecretValue>> {
  return Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => {
    if (value instanceof SecretValue) return [[name, value]];
    if (!(value instanceof Template) || name in plain || !value.parts.every((part) => part in plain || parts[part] instanceof SecretValue)) return [];
    return [[name, SecretValue._composed(value.words.map((word) => (typeof word === 'string' ? word : word.part in plain ? encodeURIComponent(plain[word.part]) : { key: word.part })))]];
  }));
}
