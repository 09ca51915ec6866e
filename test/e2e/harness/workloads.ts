import type { KubeObject, Pod } from '../../../lib/api/types';
import { eventually } from './eventually';
import type { Kubectl } from './kubectl';
import { FOREVER, list } from './objects';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** A workload as the API gives it; its status is looked at field by field. */
export type Workload = KubeObject & { readonly spec: Readonly<Record<string, unknown>>; readonly status: Readonly<Record<string, unknown>> & { readonly conditions?: readonly Condition[] } };

/** The template of a workload's pods: one busybox container that runs a line of shell and ends at once when it is told to. */
export function templateOf(name: string, script: string = FOREVER, { spec = {}, container = {}, metadata = {} }: { readonly spec?: object; readonly container?: object; readonly metadata?: object } = {}): object {
  return {
    metadata: { labels: { app: name }, ...metadata },
    spec: { terminationGracePeriodSeconds: 2, ...spec, containers: [{ name: 'main', image: 'busybox:1.35', command: ['sh', '-c', script], ...container }] },
  };
}

/** Ready when the file exists: `kubectl exec … touch /tmp/ready`. */
export const readyByFile = { readinessProbe: { exec: { command: ['test', '-e', '/tmp/ready'] }, periodSeconds: 1, timeoutSeconds: 10 } };
export const neverReady = { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } };

/** What cases ask about workloads of their namespace. */
export class WorkloadCases {
  constructor(readonly kubectl: Kubectl) {}

  async apply(...objects: readonly object[]): Promise<void> {
    await this.kubectl('apply -f -', { input: list(...objects) });
  }

  async get(kind: string, name: string): Promise<Workload> {
    return { ...JSON.parse(await this.kubectl(['get', kind, name, '-o', 'json'])) };
  }

  async patch(kind: string, name: string, change: object, type = 'merge'): Promise<void> {
    await this.kubectl(['patch', kind, name, `--type=${type}`, '-p', JSON.stringify(change)]);
  }

  /** Resolves with the object when the condition holds. */
  async until(kind: string, name: string, what: string, condition: (found: Workload) => unknown, limit?: number): Promise<Workload> {
    let last: Workload | undefined;
    try {
      return await eventually(`${kind} ${name}: ${what}`, async () => {
        last = await this.get(kind, name);
        return condition(last) ? last : undefined;
      }, limit);
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\nstatus: ${JSON.stringify(last?.status)}`, { cause: error });
    }
  }

  /** Its condition when that is true. */
  async condition(kind: string, name: string, type: string, limit?: number): Promise<Condition | undefined> {
    const found = await this.until(kind, name, `${type} is true`, (object) => tryCondition(object, type)?.status === 'True', limit);
    return tryCondition(found, type);
  }

  /** Pods with the label `app`, or another selector, by name. */
  async pods(app: string): Promise<readonly Pod[]> {
    const { items } = JSON.parse(await this.kubectl(['get', 'pods', '-l', app.includes('=') ? app : `app=${app}`, '-o', 'json'])) as { readonly items: readonly Pod[] };
    return items;
  }

  async podNames(app: string): Promise<readonly string[]> {
    return (await this.pods(app)).filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name ?? '').sort();
  }

  /** `Normal SuccessfulCreate Created pod: …`, in the order in which they happened. */
  async events(kind: string, name: string): Promise<readonly string[]> {
    const { items } = JSON.parse(await this.kubectl(['get', 'events', '--field-selector', `involvedObject.kind=${kind},involvedObject.name=${name}`, '-o', 'json'])) as { readonly items: readonly StoredEvent[] };
    const time = ({ firstTimestamp, metadata }: StoredEvent) => firstTimestamp ?? metadata.creationTimestamp;
    return [...items].sort((a, b) => time(a).localeCompare(time(b)) || Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion)).map(({ type, reason, message }) => `${type} ${reason} ${message}`);
  }

  /** Waits for an event: they are written after what they tell about. */
  untilEvent(kind: string, name: string, pattern: RegExp | string): Promise<string> {
    return eventually(`${kind} ${name} has an event ${String(pattern)}`, async () => (await this.events(kind, name)).find((event) => (typeof pattern === 'string' ? event === pattern : pattern.test(event))));
  }
}

interface StoredEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly firstTimestamp: string | null;
  readonly metadata: { readonly creationTimestamp: string; readonly resourceVersion: string };
}

export const tryCondition = ({ status }: Workload, type: string) => status.conditions?.find((condition) => condition.type === type);
