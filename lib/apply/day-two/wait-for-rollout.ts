import type { Clock } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject } from '../../api/types';
import type { Client } from '../../client/client';
import { ApplyError } from '../apply-error';
import { explainProgress } from '../diagnose/explain-failure';
import { type Progress, waitUntilReady } from '../wait-until-ready';

export interface RolloutOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds. 0: do not wait. */
  readonly timeout: number;
  readonly onProgress: (progress: readonly Progress[]) => void;
}

/** Resolves when the workloads are as they are wanted; rejects with the root cause when they do not get there. */
export async function waitForRollout(workloads: readonly DeepReadonly<KubeObject>[], options: RolloutOptions): Promise<void> {
  const { client, timeout } = options;
  if (timeout === 0) return;
  const { outcome, progress } = await waitUntilReady({ ...options, objects: workloads as readonly KubeObject[] });
  if (outcome === 'ready') return;
  const head = outcome === 'timeout' ? `not ready after ${Math.round(timeout / 1000)} s (--timeout)` : 'it cannot get ready';
  throw new ApplyError(`${head}\n${await explainProgress(client, progress)}\nit was changed all the same, and is left so; twelve apply brings back what the program says`, 'wait');
}
