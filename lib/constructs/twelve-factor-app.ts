import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { k8s } from './kubernetes';
import { APP_LABEL, MANAGED_BY_LABEL, PART_OF_LABEL } from '../api/label-keys';
import { chooseEnvironment, requestedEnvironment, type ChosenEnvironment, type Environment } from './environment';
import { checkName } from './names';
import { isReportRequested, startReporting } from './program-report';

export interface TwelveFactorAppOptions {
  /** Where the application runs, by name. The first is the default; `twelve --env <name>` chooses. @default one environment `default` without differences */
  readonly environments?: Readonly<Record<string, Environment>>;
  /** Folder of the YAML. @default `$CDK8S_OUTDIR`, else `dist` */
  readonly outdir?: string;
}

/**
 * One application: its processes, configuration and backing services. Synthesizes one file, `<name>.k8s.yaml`, the same bytes each time.
 * A cdk8s App, so everything of cdk8s can be added to its `chart`.
 */
export class TwelveFactorApp extends App {
  /** The application's name: prefix of every object's name. */
  readonly name: string;
  /** Holds the objects; escape hatch for objects that have no construct here. */
  readonly chart: Chart;
  /** The chosen environment with its settings. */
  readonly settings: ChosenEnvironment;

  constructor(name: string, options: TwelveFactorAppOptions = {}) {
    super({ outdir: options.outdir });
    if (isReportRequested()) startReporting();
    this.name = checkName('TwelveFactorApp', name);
    this.settings = chooseEnvironment(name, options.environments ?? {}, requestedEnvironment());
    this.chart = new Chart(this, name, {
      namespace: this.settings.namespace,
      disableResourceNameHashes: true,
      labels: { [APP_LABEL]: name, [PART_OF_LABEL]: name, [MANAGED_BY_LABEL]: 'cdk8s-twelve-factor' },
    });
    if (this.settings.createNamespace) {
      if (!this.settings.namespace) throw new Error(`TwelveFactorApp "${name}": createNamespace needs a namespace; set environments.${this.settings.name}.namespace`);
      // On the app and not in its namespace: a Namespace is in none.
      new k8s.KubeNamespace(this.chart, 'namespace', { metadata: { name: this.settings.namespace, namespace: undefined } });
    }
  }

  /** Name of the chosen environment: `if (app.environment === 'prod') …`. */
  get environment(): string {
    return this.settings.name;
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
