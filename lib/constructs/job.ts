import type { Construct } from 'constructs';
import type { Duration } from './duration';
import type { k8s } from './kubernetes';
import { type ContainerOptions, podTemplate } from './pod-template';
import { wholeSeconds } from './seconds';

/** A process that ends by itself (factor XII). */
export interface JobOptions extends ContainerOptions {
  /** It is ended, and has failed, when it takes longer. */
  readonly timeout?: Duration;
  /** How often it is started again after it has failed. */
  readonly retries?: number;
}

/** What a Job of a construct is. A pod that is taken from its node does not count as a failure: it is started again elsewhere. */
export function jobSpec(construct: Construct, { timeout, retries, ...container }: JobOptions, defaults: { readonly timeoutSeconds: number; readonly retries: number }): k8s.JobSpec {
  const what = `${construct.constructor.name} "${construct.node.id}"`;
  const backoffLimit = retries ?? defaults.retries;
  if (!Number.isInteger(backoffLimit) || backoffLimit < 0) throw new Error(`${what}: retries ${backoffLimit} is not a whole number from 0; write retries: 0 to try once`);
  return {
    backoffLimit,
    activeDeadlineSeconds: wholeSeconds(`${what}: timeout`, timeout, { fallback: defaults.timeoutSeconds, least: 1 }),
    podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
    // Never: a failed pod stays, with its log.
    template: podTemplate(construct, { ...container, restartPolicy: 'Never' }),
  };
}
