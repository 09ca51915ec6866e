import { CORE_SIGNALS, type EvictionConfiguration, type Signal } from '../configuration/eviction-configuration';
import type { Observations } from './observe';

/** The node conditions of scarcity. */
export const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;
export type Pressure = (typeof PRESSURES)[number];

/** A threshold that has been crossed. */
export interface MetThreshold {
  readonly signal: Signal;
  readonly kind: 'hard' | 'soft';
  readonly minimum: number;
  readonly available: number;
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
  /** A soft one has been endured for as long as it may be; a hard one may not. */
  readonly due: boolean;
}

/**
 * Which thresholds are crossed now. One that was crossed before stays so until its minimum reclaim is free too. The most pressing come first: memory before disk,
 * hard before soft. Pure. Follows pkg/kubelet/eviction.
 */
export function metThresholds({ hard, soft, minimumReclaim }: EvictionConfiguration, observations: Observations, before: readonly MetThreshold[], now: number): readonly MetThreshold[] {
  return (['hard', 'soft'] as const).flatMap((kind) => CORE_SIGNALS.flatMap((signal): MetThreshold[] => {
    const observation = observations[signal];
    const threshold = (kind === 'hard' ? hard : soft)[signal];
    if (!observation || !threshold) return [];
    const known = before.find((met) => met.signal === signal && met.kind === kind);
    const minimum = threshold.minimum(observation.capacity);
    const needed = minimum + (known ? minimumReclaim[signal]?.minimum(observation.capacity) ?? 0 : 0);
    if (observation.available >= needed) return [];
    const since = known?.since ?? now;
    const due = kind === 'hard' || now - since >= (soft[signal]?.gracePeriod ?? 0);
    return [{ signal, kind, minimum, available: observation.available, since, due }];
  })).sort((a, b) => CORE_SIGNALS.indexOf(a.signal) - CORE_SIGNALS.indexOf(b.signal));
}

export function pressureOf(signal: Signal): Pressure {
  if (signal === 'memory.available') return 'MemoryPressure';
  return signal === 'pid.available' ? 'PIDPressure' : 'DiskPressure';
}

/** When each pressure was last seen, with what is seen now; one that is over for the whole period is left out. Pure. */
export function pressuresSeen(before: ReadonlyMap<Pressure, number>, met: readonly MetThreshold[], now: number, transitionPeriod: number): ReadonlyMap<Pressure, number> {
  const seen = new Map([...before, ...met.map(({ signal }): [Pressure, number] => [pressureOf(signal), now])]);
  return new Map([...seen].filter(([, at]) => now - at < transitionPeriod || at === now));
}
