import type { Profile } from './profile';
import type { ConfigValue } from './config-variable';

/** One place an application runs in: what differs there, and nothing else (factors III and X). */
export interface Environment {
  /** @default standard */
  readonly profile?: Profile;
  /** Namespace of every object. It must exist, unless `createNamespace`. @default the namespace that `twelve apply` or kubectl is pointed at */
  readonly namespace?: string;
  /** Adds the Namespace to the manifests. @default false */
  readonly createNamespace?: boolean;
  /**
   * Version of the cluster, `1.30`, for what older ones do not have: sidecars that end after the process need 1.29, `GracefulShutdown` without a shell 1.30.
   * @default the bundled runtime, which has Kubernetes 1.28's API and sidecars
   */
  readonly kubernetes?: string;
  /** Values of Config variables in this environment, by variable. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
}

export interface ChosenEnvironment extends Environment {
  readonly name: string;
  readonly profile: Profile;
  /** Of all environments. */
  readonly names: readonly string[];
}

/** The environment with that name, or the first one when none is asked for. Throws when it does not exist. */
export function chooseEnvironment(app: string, environments: Readonly<Record<string, Environment>>, wanted: string | undefined): ChosenEnvironment {
  const names = Object.keys(environments);
  for (const other of names) checkEnvironmentName(app, other);
  const name = wanted ?? names[0];
  const environment = name === undefined ? {} : Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (!environment) {
    const there = names.length > 0 ? `it has: ${names.join(', ')}` : 'it has none';
    throw new Error(`${app} has no environment "${name}"; ${there}. Add environments.${name} to it, or choose another with twelve --env <name> or TWELVE_ENVIRONMENT`);
  }
  const { kubernetes } = environment;
  if (kubernetes !== undefined && !/^1\.\d+$/.test(kubernetes)) throw new Error(`${app}: environments.${name}.kubernetes is "${kubernetes}"; write the version with its minor number, for example 1.30`);
  return { profile: 'standard', ...environment, name: name ?? 'default', names: names.length > 0 ? names : ['default'] };
}

/** Names are folders of the YAML, and `all` is what the command line calls all of them. */
function checkEnvironmentName(app: string, name: string): void {
  if (name === 'all') throw new Error(`${app}: an environment cannot be called all, which stands for every one of them; give it another name`);
  if (!/^[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/.test(name)) throw new Error(`${app}: "${name}" is not a name of an environment; use letters, digits, - and _`);
}

/** The value for the chosen environment. Throws unless exactly the environments of the app have one. */
export function valueFor<T>(app: string, { name, names }: ChosenEnvironment, values: Readonly<Record<string, T>>): T {
  const missing = names.filter((other) => !Object.hasOwn(values, other));
  const unknown = Object.keys(values).filter((other) => !names.includes(other));
  if (missing.length > 0) throw new Error(`${app}: byEnvironment has no value for ${missing.join(', ')}; give one for each of: ${names.join(', ')}`);
  if (unknown.length > 0) throw new Error(`${app}: byEnvironment has a value for ${unknown.join(', ')}, which is no environment; there are: ${names.join(', ')}`);
  return values[name];
}

/** What the cluster of an environment can do. */
export interface Abilities {
  /** Init containers that go on beside the process and end after it (1.29, and the bundled runtime). */
  readonly sidecars: boolean;
  /** A preStop hook that waits without a program in the image (1.30). */
  readonly sleepHook: boolean;
}

export function abilitiesOf({ kubernetes }: Environment): Abilities {
  if (kubernetes === undefined) return { sidecars: true, sleepHook: false };
  const minor = Number(kubernetes.split('.')[1]);
  return { sidecars: minor >= 29, sleepHook: minor >= 30 };
}

/** The environment asked for from outside. The one place where constructs look at the process: both `twelve` and `cdk8s synth` start the program with it. */
export function requestedEnvironment(): string | undefined {
  // eslint-disable-next-line no-restricted-properties -- a program has no caller that could pass this in
  return process.env.TWELVE_ENVIRONMENT || undefined;
}
