import type { ObjectKey } from '../../api/object-key';
import type { ControllerContext } from '../controller';
import type { History } from './history';
import { MetricsClient } from './metrics-client';
import { ScaleTargets } from './scale-target';

/** What a running controller keeps from look to look. */
export interface Memory {
  readonly histories: Map<ObjectKey, History>;
  /** Of the pods of each autoscaler's target. */
  readonly selectors: Map<ObjectKey, string>;
  readonly targets: ScaleTargets;
  readonly metrics: MetricsClient;
}

const memories = new WeakMap<ControllerContext, Memory>();

export function memoryOf(context: ControllerContext): Memory {
  let memory = memories.get(context);
  if (!memory) memories.set(context, (memory = { histories: new Map(), selectors: new Map(), targets: new ScaleTargets(context.client), metrics: new MetricsClient(context.client) }));
  return memory;
}
