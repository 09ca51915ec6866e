import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { k8s } from './kubernetes';
import { APP_LABEL, MANAGED_BY_LABEL, PART_OF_LABEL } from '../api/label-keys';
import { tryNearest } from '../base/nearest';
import { clusterScoped } from './cluster-scoped';
import { chooseEnvironment, requestedEnvironment, type ChosenEnvironment, type Environment, valueFor } from './environment';
import { recordDependencies } from './dependencies';
import { checkName } from './names';
import { throwProblems } from './problems';
import { isReportRequested, reportApplication, startReporting } from './program-report';
import type { Revision } from './revision';

export interface TwelveFactorAppOptions<Name extends string = string> {
  /** Where the application runs, by name. The first is the default; `twelve --env <name>` chooses. @default one environment `default` without differences */
  readonly environments?: Readonly<Record<Name, Environment>>;
  /**
   * State of the code base that is written on the objects (factor I): `Revision.git()`.
   * @default none: the YAML changes only when what it describes does, so that a commit is no difference to apply and YAML can be kept in the repository that it is made of
   */
  readonly revision?: Revision;
  /** Folder of the YAML. @default `$CDK8S_OUTDIR`, else `dist` */
  readonly outdir?: string;
}

/**
 * One application: its processes, configuration and backing services. Synthesizes one file, `<name>.k8s.yaml`, the same bytes each time.
 * A cdk8s App, so everything of cdk8s can be added to its `chart`.
 */
export class TwelveFactorApp<Name extends string = string> extends App {
  /** The application's name: prefix of every object's name. */
  readonly name: string;
  /** Holds the objects; escape hatch for objects that have no construct here. */
  readonly chart: Chart;
  /** The chosen environment with its settings. */
  readonly settings: ChosenEnvironment;
  private readonly revision: Revision | undefined;
  private readonly declared = new Set<string>();
  private readonly claims = new Map<string, string>();

  constructor(name: string, options: TwelveFactorAppOptions<Name> = {}) {
    super({ outdir: options.outdir });
    if (isReportRequested()) startReporting();
    this.name = checkName('TwelveFactorApp', name);
    this.settings = chooseEnvironment(name, options.environments ?? {}, requestedEnvironment());
    this.revision = options.revision;
    this.chart = new Chart(this, name, {
      namespace: this.settings.namespace,
      disableResourceNameHashes: true,
      labels: { [APP_LABEL]: name, [PART_OF_LABEL]: name, [MANAGED_BY_LABEL]: 'cdk8s-twelve-factor' },
    });
    if (this.settings.createNamespace) {
      if (!this.settings.namespace) throw new Error(`TwelveFactorApp "${name}": createNamespace needs a namespace; set environments.${this.settings.name}.namespace`);
      clusterScoped(new k8s.KubeNamespace(this.chart, 'namespace', { metadata: { name: this.settings.namespace } }));
    }
  }

  /** Name of the chosen environment: `if (app.environment === 'prod') …`. */
  get environment(): Name {
    return this.settings.name as Name;
  }

  /** The value for the chosen environment; every environment must have one: `app.byEnvironment({ dev: 1, prod: 3 })`. */
  byEnvironment<T>(values: Readonly<Record<Name, T>>): T {
    return valueFor(this.name, this.settings, values);
  }

  override synth(): void {
    this.complete();
    super.synth();
  }

  override synthYaml(): string {
    this.complete();
    return super.synthYaml();
  }

  /** @internal Variables that a Config declares: what an environment sets besides is a mistake. */
  _declare(variables: readonly string[]): void {
    for (const variable of variables) this.declared.add(variable);
  }

  /** @internal Names are paths with `-` for `/`, so different paths can come to the same one. */
  _claimName(name: string, path: string): void {
    const other = this.claims.get(name);
    if (other !== undefined && other !== path) throw new Error(`${path}: its objects would be called ${name}, as those of ${other} are; give one of them another id`);
    this.claims.set(name, path);
  }

  /** What only the whole program shows. */
  private complete(): void {
    const { name, config = {} } = this.settings;
    const unknown = Object.keys(config).filter((variable) => !this.declared.has(variable));
    throwProblems(this, unknown.map((variable) => {
      const nearest = tryNearest(variable, this.declared);
      return new Error(`environments.${name}.config.${variable} belongs to no Config; ${nearest ? `write ${nearest}` : 'declare it in one, or remove it'}`);
    }));
    recordDependencies(this);
    this.revision?._record(this);
    reportApplication(this, { name: this.name, environment: name, environments: this.settings.names, ...(this.revision && { revision: { name: this.revision.name, ...this.revision.git } }) });
  }

  /** The application that a construct is part of. */
  static appOf(construct: Construct): TwelveFactorApp {
    const app = construct.node.root;
    if (app instanceof TwelveFactorApp) return app;
    throw new Error(`${construct.node.path || construct.constructor.name} is not in a TwelveFactorApp; pass one as its first argument`);
  }
}

/** Where a construct's objects go: the chart, for what is put directly into the app. */
export function scopeOf(scope: Construct): Construct {
  return scope instanceof TwelveFactorApp ? scope.chart : scope;
}
