import { isDeepStrictEqual } from 'node:util';
import { toTime } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import { matchesRequirements, parseLabelSelector } from '../../api/label-selector-parser';
import { keyOf, type ObjectKey } from '../../api/object-key';
import type { autoscaling, HorizontalPodAutoscaler } from '../../api/types';
import type { Controller, ControllerContext } from '../controller';
import { writeStatus } from '../write-status';
import { Conditions } from './conditions';
import { type Evaluation, evaluateMetrics } from './evaluate-metrics';
import { begun, NO_HISTORY, scaled } from './history';
import { type Memory, memoryOf } from './memory';
import { normalize } from './normalize';
import type { ReadPod } from './pod-metrics';
import { type Scale, UnknownTargetError } from './scale-target';

type Autoscaler = DeepReadonly<HorizontalPodAutoscaler>;
type Status = autoscaling.HorizontalPodAutoscalerStatus;

/** Upstream's defaults of the controller manager. */
const DEFAULTS = { syncPeriodSeconds: 15, downscaleStabilizationSeconds: 300, tolerance: 0.1, cpuInitializationSeconds: 300, initialReadinessSeconds: 30 };

/** Scales what autoscalers point at by what its pods use. Looks at each at a fixed period, and at once when it is made or changed. Follows pkg/controller/podautoscaler of Kubernetes 1.28. */
export const horizontalPodAutoscaler: Controller = {
  name: 'horizontal-pod-autoscaler',

  watches: [
    {
      kind: 'HorizontalPodAutoscaler',
      // Its own status makes no new look.
      enqueue: (autoscaler, _context, change) => (change.type === 'modified' && isDeepStrictEqual(change.old.spec, autoscaler.spec) ? [] : [keyOf(autoscaler)]),
    },
    { kind: 'Pod', enqueue: 'nothing' },
  ],

  async sync(key, context) {
    const autoscaler = context.lister.tryGet('HorizontalPodAutoscaler', key);
    const memory = memoryOf(context);
    if (!autoscaler || autoscaler.metadata.deletionTimestamp) {
      memory.histories.delete(key);
      memory.selectors.delete(key);
      return;
    }
    context.requeueAfter(key, (context.options.autoscaling?.syncPeriodSeconds ?? DEFAULTS.syncPeriodSeconds) * 1000);
    await new Reconciliation(key, autoscaler, memory, context).run();
  },
};

/** How far one look at an autoscaler has come. */
class Reconciliation {
  private readonly now: number;
  private readonly conditions: Conditions;
  private readonly settings: typeof DEFAULTS;

  constructor(private readonly key: ObjectKey, private readonly autoscaler: Autoscaler, private readonly memory: Memory, private readonly context: ControllerContext) {
    this.now = context.clock.now();
    this.conditions = new Conditions(autoscaler.status?.conditions, this.now);
    this.settings = { ...DEFAULTS, ...context.options.autoscaling };
  }

  async run(): Promise<void> {
    const target = await this.readScale();
    if (!target) return;
    const { scale } = target;
    const current = scale.spec?.replicas ?? 0;
    this.conditions.set('AbleToScale', true, 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
    this.memory.histories.set(this.key, begun(this.memory.histories.get(this.key), current, this.now));

    const decision = await this.decide(scale, current);
    if (!decision) return;
    const { replicas, reason, statuses } = decision;
    const rescale = replicas !== current && reason !== undefined;
    if (rescale && !await this.rescale(target, { from: current, to: replicas, reason })) return;
    await this.write({
      currentReplicas: current, desiredReplicas: rescale ? replicas : current, currentMetrics: statuses as Status['currentMetrics'], conditions: this.conditions.all(),
      lastScaleTime: rescale ? toTime(this.now) : this.autoscaler.status?.lastScaleTime,
    });
  }

  /** undefined: it says so in its status, and there is nothing more to do. */
  private async readScale() {
    const { metadata: { namespace = '' }, spec } = this.autoscaler;
    try {
      return await this.memory.targets.get(namespace, spec.scaleTargetRef);
    } catch (error) {
      const message = messageOf(error);
      this.context.events.warning(this.autoscaler, 'FailedGetScale', message);
      this.conditions.set('AbleToScale', false, 'FailedGetScale', `the HPA controller was unable to get the target's current scale: ${error instanceof UnknownTargetError ? `unable to determine resource for scale target reference: ${message}` : message}`);
      await this.writeKept({});
      return undefined;
    }
  }

  /** How many there should be; without a reason nothing is changed. undefined: it cannot be told. */
  private async decide(scale: Scale, current: number): Promise<{ readonly replicas: number; readonly reason?: string; readonly statuses?: Evaluation['statuses'] } | undefined> {
    const { minReplicas: minimum = 1, maxReplicas: maximum } = this.autoscaler.spec;
    if (current === 0 && minimum !== 0) {
      this.conditions.set('ScalingActive', false, 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero');
      return { replicas: 0 };
    }
    if (current > maximum) return { replicas: maximum, reason: 'Current number of replicas above Spec.MaxReplicas' };
    if (current < minimum) return { replicas: minimum, reason: 'Current number of replicas below Spec.MinReplicas' };
    const found = await this.evaluate(scale, current);
    if (found?.replicas === undefined) return undefined;
    const reason = found.replicas > current ? `${found.name} above target` : found.replicas < current ? 'All metrics below target' : '';
    return { replicas: this.bounded({ current, desired: found.replicas, minimum, maximum }), reason, statuses: found.statuses };
  }

  private async evaluate(scale: Scale, current: number): Promise<Evaluation | undefined> {
    const { namespace = '' } = this.autoscaler.metadata;
    const selected = this.tryPods(scale.status?.selector ?? '');
    if (typeof selected === 'string') return this.unknown(current, selected);
    const { tolerance, cpuInitializationSeconds, initialReadinessSeconds } = this.settings;
    const found = await evaluateMetrics(this.autoscaler.spec.metrics ?? [], {
      namespace, specReplicas: current, statusReplicas: scale.status?.replicas ?? 0, selector: scale.status?.selector ?? '', pods: selected, metrics: this.memory.metrics, resourceOf: this.memory.targets.resourceOf,
      options: { tolerance, readiness: { now: this.now, cpuInitializationMilliseconds: cpuInitializationSeconds * 1000, initialReadinessMilliseconds: initialReadinessSeconds * 1000 } },
    });
    for (const { reason, message } of found.failures) this.context.events.warning(this.autoscaler, reason, message);
    if (found.replicas !== undefined) {
      this.conditions.set('ScalingActive', true, 'ValidMetricFound', `the HPA was able to successfully calculate a replica count from ${found.name}`);
      return found;
    }
    const [first] = found.failures;
    this.conditions.set('ScalingActive', false, first.reason, `the HPA was unable to compute the replica count: ${first.message}`);
    return this.unknown(current, found.error ?? '', found.statuses);
  }

  private async unknown(current: number, error: string, statuses?: Evaluation['statuses']): Promise<undefined> {
    this.context.events.warning(this.autoscaler, 'FailedComputeMetricsReplicas', error);
    await this.writeKept({ currentReplicas: current, currentMetrics: statuses as Status['currentMetrics'] });
    return undefined;
  }

  /** The pods that the scale's selector means, or why there are none. */
  private tryPods(selector: string): readonly ReadPod[] | string {
    const { events, lister } = this.context;
    const refuse = (reason: string, eventReason: string, message: string, error: string) => {
      events.warning(this.autoscaler, eventReason, error);
      this.conditions.set('ScalingActive', false, reason, message);
      return error;
    };
    if (selector === '') return refuse('InvalidSelector', 'SelectorRequired', "the HPA target's scale is missing a selector", 'selector is required');
    try {
      const requirements = parseLabelSelector(selector);
      const pods = lister.list('Pod', this.autoscaler.metadata.namespace).filter(({ metadata }) => matchesRequirements(requirements, metadata.labels));
      this.memory.selectors.set(this.key, selector);
      const all = this.ownersOf(pods);
      if (all.length <= 1) return pods;
      const error = `pods by selector ${selector} are controlled by multiple HPAs: [${all.join(' ')}]`;
      return refuse('AmbiguousSelector', 'AmbiguousSelector', error, error);
    } catch (error) {
      const message = `couldn't convert selector into a corresponding internal selector object: ${messageOf(error)}`;
      return refuse('InvalidSelector', 'InvalidSelector', message, message);
    }
  }

  /** The autoscalers of the namespace whose targets count these pods as theirs. */
  private ownersOf(pods: readonly ReadPod[]): readonly ObjectKey[] {
    const namespace = `${this.autoscaler.metadata.namespace}/`;
    return [...this.memory.selectors].filter(([key, selector]) => {
      const requirements = parseLabelSelector(selector);
      return key === this.key || (key.startsWith(namespace) && pods.some(({ metadata }) => matchesRequirements(requirements, metadata.labels)));
    }).map(([key]) => key).sort();
  }

  private bounded(wish: { readonly current: number; readonly desired: number; readonly minimum: number; readonly maximum: number }): number {
    const history = this.memory.histories.get(this.key) ?? NO_HISTORY;
    const { downscaleStabilizationSeconds } = this.settings;
    const { replicas, stabilized, limited, history: next } = normalize(wish, this.autoscaler.spec.behavior, history, { now: this.now, downscaleStabilizationSeconds });
    this.memory.histories.set(this.key, next);
    this.conditions.set('AbleToScale', true, stabilized.reason, stabilized.message);
    this.conditions.set('ScalingLimited', limited.isLimited, limited.reason, limited.message);
    return replicas;
  }

  private async rescale({ path, scale }: { readonly path: string; readonly scale: Scale }, { from, to, reason }: { readonly from: number; readonly to: number; readonly reason: string }): Promise<boolean> {
    try {
      await this.memory.targets.update(path, scale, to);
    } catch (error) {
      this.context.events.warning(this.autoscaler, 'FailedRescale', `New size: ${to}; reason: ${reason}; error: ${messageOf(error)}`);
      this.conditions.set('AbleToScale', false, 'FailedUpdateScale', `the HPA controller was unable to update the target scale: ${messageOf(error)}`);
      await this.writeKept({ currentReplicas: from });
      return false;
    }
    this.conditions.set('AbleToScale', true, 'SucceededRescale', `the HPA controller was able to update the target scale to ${to}`);
    this.context.events.normal(this.autoscaler, 'SuccessfulRescale', `New size: ${to}; reason: ${reason}`);
    this.memory.histories.set(this.key, scaled(this.memory.histories.get(this.key) ?? NO_HISTORY, this.autoscaler.spec.behavior, { from, to, now: this.now }));
    return true;
  }

  /** What is not given stays as it was. */
  private writeKept(given: Partial<Status>): Promise<void> {
    const { currentReplicas = 0, desiredReplicas = 0, lastScaleTime, currentMetrics } = (this.autoscaler.status ?? {}) as Partial<Status>;
    return this.write({ currentReplicas, desiredReplicas, lastScaleTime, currentMetrics, ...given, conditions: this.conditions.all() });
  }

  private write(status: Status): Promise<void> {
    return writeStatus(this.context.client, this.autoscaler, { ...status, currentMetrics: status.currentMetrics ?? null });
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
