import type { Profile } from './profile';

/** Options of every scale. */
export interface ScaleOptions {
  /** A PodDisruptionBudget that lets one copy at a time be taken away when a node is emptied. @default true where there are two copies or more */
  readonly disruptionBudget?: boolean;
  /** Copies are put on different hosts and zones as far as there are any; they start all the same where there is one host. @default true where there are two copies or more */
  readonly spread?: boolean;
}

/** One thing that an autoscaler looks at. */
export type ScaleMetric =
  | { readonly type: 'resource'; readonly resource: 'cpu' | 'memory'; readonly percent: number }
  | { readonly type: 'pods'; readonly name: string; readonly average: string }
  | { readonly type: 'external'; readonly name: string; readonly selector?: Readonly<Record<string, string>>; readonly average: string };

/** How many copies of a process run (factor VIII). A disruption budget and the spreading over hosts follow from it. */
export class Scale {
  /** Always this many. 0 keeps the process defined and not running. */
  static fixed(replicas: number, options: ScaleOptions = {}): Scale {
    if (!Number.isInteger(replicas) || replicas < 0) throw new Error(`Scale.fixed(${replicas}): the number of replicas is a whole number from 0; for one copy write Scale.fixed(1)`);
    return new Scale(replicas, replicas, options);
  }

  /** As many as the load needs. Say by what with `onCpu`, `onMemory`, `onMetric` or `onExternalMetric`; the highest answer wins. @default onCpu(70) */
  static between(minimum: number, maximum: number, options: ScaleOptions = {}): AutomaticScale {
    const what = `Scale.between(${minimum}, ${maximum})`;
    if (!Number.isInteger(minimum) || minimum < 1) throw new Error(`${what}: the minimum is a whole number from 1; an autoscaler cannot start a process that does not run`);
    if (!Number.isInteger(maximum) || maximum <= minimum) throw new Error(`${what}: the maximum is a whole number above the minimum; for a fixed number write Scale.fixed(${minimum})`);
    return new AutomaticScale(minimum, maximum, options, []);
  }

  /** What a process gets that says nothing: two copies, so that one can fail; one on a small host. */
  static default(profile: Profile): Scale {
    return Scale.fixed(profile === 'small-host' ? 1 : 2);
  }

  /** @internal */
  protected constructor(readonly minimum: number, readonly maximum: number, private readonly options: ScaleOptions) {}

  /** For the workload; undefined leaves the number to the autoscaler. */
  get replicas(): number | undefined {
    return this.minimum;
  }

  /** Metrics of the autoscaler; none: there is no autoscaler. */
  get metrics(): readonly ScaleMetric[] {
    return [];
  }

  /** Whether a disruption budget is wanted. One for a single copy would keep its node from ever being emptied. */
  get disruptionBudget(): boolean {
    return this.minimum > 1 && this.options.disruptionBudget !== false;
  }

  get spread(): boolean {
    return this.maximum > 1 && this.options.spread !== false;
  }
}

/** Made by `Scale.between`. */
export class AutomaticScale extends Scale {
  /** @internal */
  constructor(minimum: number, maximum: number, private readonly all: ScaleOptions, private readonly chosen: readonly ScaleMetric[]) {
    super(minimum, maximum, all);
  }

  /** Average use of the CPU that is requested, in percent. */
  onCpu(percent: number): AutomaticScale {
    return this.with({ type: 'resource', resource: 'cpu', percent: checkPercent('onCpu', percent) });
  }

  /** Average use of the memory that is requested, in percent. Only for processes that give memory back. */
  onMemory(percent: number): AutomaticScale {
    return this.with({ type: 'resource', resource: 'memory', percent: checkPercent('onMemory', percent) });
  }

  /** A metric of the pods (custom.metrics.k8s.io), averaged over them. @param average a quantity: `10`, `500m` */
  onMetric(name: string, average: string): AutomaticScale {
    return this.with({ type: 'pods', name, average });
  }

  /** A metric of something else (external.metrics.k8s.io), such as the length of a queue, divided by the number of copies. */
  onExternalMetric(name: string, average: string, selector?: Readonly<Record<string, string>>): AutomaticScale {
    return this.with({ type: 'external', name, average, ...(selector && { selector }) });
  }

  override get replicas(): undefined {
    return undefined;
  }

  override get metrics(): readonly ScaleMetric[] {
    return this.chosen.length > 0 ? this.chosen : [{ type: 'resource', resource: 'cpu', percent: 70 }];
  }

  private with(metric: ScaleMetric): AutomaticScale {
    return new AutomaticScale(this.minimum, this.maximum, this.all, [...this.chosen, metric]);
  }
}

function checkPercent(what: string, percent: number): number {
  if (!Number.isInteger(percent) || percent < 1) throw new Error(`Scale.${what}(${percent}): the share is a whole number of percent of what is requested; write for example ${what}(70)`);
  return percent;
}
