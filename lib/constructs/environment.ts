/** How much an application may take of its hosts. `small-host`: one replica unless the program says more, and small requests. */
export type Profile = 'standard' | 'small-host';

/** One place an application runs in: what differs there, and nothing else (factors III and X). */
export interface Environment {
  /** @default standard */
  readonly profile?: Profile;
  /** Namespace of every object. It must exist, unless `createNamespace`. @default the namespace that `twelve apply` or kubectl is pointed at */
  readonly namespace?: string;
  /** Adds the Namespace to the manifests. @default false */
  readonly createNamespace?: boolean;
  /** Values of Config variables in this environment, by variable. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface ChosenEnvironment extends Environment {
  readonly name: string;
  readonly profile: Profile;
}

/** The environment with that name, or the first one when none is asked for. Throws when it does not exist. */
export function chooseEnvironment(app: string, environments: Readonly<Record<string, Environment>>, wanted: string | undefined): ChosenEnvironment {
  const names = Object.keys(environments);
  const name = wanted ?? names[0];
  const environment = name === undefined ? {} : environments[name];
  if (!environment) {
    const there = names.length > 0 ? `it has: ${names.join(', ')}` : 'it has none';
    throw new Error(`${app} has no environment "${name}"; ${there}. Add environments.${name} to it, or choose another with twelve --env <name> or TWELVE_ENVIRONMENT`);
  }
  return { profile: 'standard', ...environment, name: name ?? 'default' };
}

/** The environment asked for from outside. The one place where constructs look at the process: both `twelve` and `cdk8s synth` start the program with it. */
export function requestedEnvironment(): string | undefined {
  // eslint-disable-next-line no-restricted-properties -- a program has no caller that could pass this in
  return process.env.TWELVE_ENVIRONMENT || undefined;
}
