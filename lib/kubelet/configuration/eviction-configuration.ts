import { wholeValue } from '../../api/quantity';
import { durationOf, type Fields, integerOf, mapOf, type Reader, readField, textOf } from './fields';

/** What a node may run short of; in the order in which upstream relieves it. */
export const CORE_SIGNALS = ['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'imagefs.available', 'imagefs.inodesFree', 'pid.available'] as const;
export type Signal = (typeof CORE_SIGNALS)[number];

/** A quantity, or a share of what there is. */
export interface Threshold {
  readonly text: string;
  /** Of what the node has. */
  minimum(capacity: number): number;
}

export interface SoftThreshold extends Threshold {
  /** Milliseconds that it is endured. */
  readonly gracePeriod: number;
}

export interface EvictionConfiguration {
  readonly hard: Partial<Readonly<Record<Signal, Threshold>>>;
  readonly soft: Partial<Readonly<Record<Signal, SoftThreshold>>>;
  /** By how much more than the threshold is freed. */
  readonly minimumReclaim: Partial<Readonly<Record<Signal, Threshold>>>;
  /** Milliseconds for which a pressure that is over is still shown. */
  readonly transitionPeriod: number;
  /** Longest grace period of pods that a soft threshold evicts. */
  readonly maximumGraceSeconds: number;
}

/** Upstream's defaults for Linux. */
const DEFAULTS: Partial<Readonly<Record<Signal, string>>> = { 'memory.available': '100Mi', 'nodefs.available': '10%', 'nodefs.inodesFree': '5%', 'imagefs.available': '15%' };

const thresholdOf: Reader<Threshold> = (value) => {
  const text = textOf(value);
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent === undefined) {
    const bytes = wholeValue(text);
    return { text, minimum: () => bytes };
  }
  if (Number(percent) > 100) throw new Error(`${text} is more than everything`);
  return { text, minimum: (capacity) => (capacity * Number(percent)) / 100 };
};

const isOff = (text: string) => text === '0%' || text === '100%';

/** Takes the fields about eviction out of the document. Pure. */
export function parseEviction({ evictionHard = DEFAULTS, evictionSoft = {}, evictionSoftGracePeriod = {}, evictionMinimumReclaim = {}, evictionPressureTransitionPeriod = '5m', evictionMaxPodGracePeriod = 0, ...rest }: Fields): {
  readonly eviction: EvictionConfiguration; readonly rest: Fields;
} {
  const thresholds = mapOf(CORE_SIGNALS, thresholdOf);
  const gracePeriods = readField('evictionSoftGracePeriod', evictionSoftGracePeriod, mapOf(CORE_SIGNALS, durationOf));
  const soft = Object.entries(readField('evictionSoft', evictionSoft, thresholds)).map(([signal, threshold]) => {
    const gracePeriod = gracePeriods[signal as Signal];
    if (gracePeriod === undefined) throw new Error(`evictionSoft: grace period must be specified for the soft eviction threshold ${signal} (evictionSoftGracePeriod)`);
    return [signal, { ...threshold, gracePeriod }];
  });
  const hard = Object.entries(readField('evictionHard', evictionHard, thresholds)).filter(([, { text }]) => !isOff(text));
  return {
    rest,
    eviction: {
      hard: Object.fromEntries(hard) as EvictionConfiguration['hard'],
      soft: Object.fromEntries(soft) as EvictionConfiguration['soft'],
      minimumReclaim: readField('evictionMinimumReclaim', evictionMinimumReclaim, thresholds),
      transitionPeriod: readField('evictionPressureTransitionPeriod', evictionPressureTransitionPeriod, durationOf),
      maximumGraceSeconds: readField('evictionMaxPodGracePeriod', evictionMaxPodGracePeriod, integerOf(0, 86_400)),
    },
  };
}
