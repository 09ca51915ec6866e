import { milliValue, wholeValue } from '../../api/quantity';
import type { KubeObject } from '../../api/types';
import type { AnyObject } from '../any-object';
import { partialMetadata } from '../partial-metadata';

/** NodeMetrics and PodMetrics. */
export interface MetricsObject extends KubeObject {
  readonly timestamp: string;
  readonly window: string;
  readonly usage?: Readonly<Record<string, string>>;
  readonly containers?: readonly { readonly name: string; readonly usage: Readonly<Record<string, string>> }[];
}

/** Rows as metrics-server prints them: one column for each resource, the sum of a pod's containers. Pure. */
export function metricsTable(objects: readonly MetricsObject[], version: string): unknown {
  const column = (name: string, format = '', description = '') => ({ name, type: 'string', format, description, priority: 0 });
  return {
    kind: 'Table', apiVersion: `meta.k8s.io/${version}`, metadata: {},
    columnDefinitions: [column('Name', 'name', 'Name of the resource'), column('cpu'), column('memory'), column('Window', 'duration')],
    rows: objects.map((object) => {
      const usages = object.usage ? [object.usage] : (object.containers ?? []).map(({ usage }) => usage);
      const cpu = usages.reduce((sum, usage) => sum + milliValue(usage.cpu), 0);
      const memory = usages.reduce((sum, usage) => sum + wholeValue(usage.memory), 0);
      return { cells: [object.metadata.name, `${cpu}m`, `${Math.ceil(memory / 1024)}Ki`, object.window], object: partialMetadata(object as unknown as AnyObject, version) };
    }),
  };
}
