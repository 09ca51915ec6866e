import { type Clock, systemClock, toTime } from '../base/clock';
import type { DeepReadonly } from '../base/deep-readonly';
import { type Logger, silentLogger } from '../base/logger';
import { isNotFound } from '../api/status-error';
import type { Event } from '../api/types';
import type { Client } from './client';
import type { EventRecorder, EventSubject } from './informers';

export interface ApiEventRecorderOptions {
  readonly client: Client;
  /** `source.component`: deployment-controller, default-scheduler, kubelet. */
  readonly component: string;
  readonly host?: string;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

interface Known {
  readonly namespace: string;
  readonly name: string;
  count: number;
}
interface What {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}
interface Similar {
  readonly messages: Set<string>;
  since: number;
}

/** As upstream's correlator: after ten different messages of one reason within ten minutes they become one event. */
const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW = 600_000;
/** Also upstream's: 25 events about one object at once, then one every five minutes. */
const BURST = 25;
const REFILL = 300_000;
const REMEMBERED = 4096;

/** Writes core/v1 Events, in order per object. Equal events are one object whose `count` rises; too many about one object are dropped. */
export class ApiEventRecorder implements EventRecorder {
  private readonly known = new Map<string, Known>();
  private readonly similar = new Map<string, Similar>();
  private readonly budgets = new Map<string, { tokens: number; at: number }>();
  private readonly chains = new Map<string, Promise<void>>();
  private sequence = 0;

  constructor(private readonly options: ApiEventRecorderOptions) {}

  event(object: DeepReadonly<EventSubject>, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const now = (this.options.clock ?? systemClock).now();
    const subject = `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}/${object.metadata.uid ?? ''}/${object.fieldPath ?? ''}`;
    if (!this.allowed(subject, now)) return;
    const text = this.combine(`${subject}/${type}/${reason}`, message, now);
    const key = `${subject}/${type}/${reason}/${text.startsWith(COMBINED) ? COMBINED : text}`;

    const chain = (this.chains.get(subject) ?? Promise.resolve())
      .then(() => this.write(key, object, { type, reason, message: text }, now))
      .catch((error: unknown) => (this.options.logger ?? silentLogger).warn('an event could not be written', { reason, text, object: subject, error }))
      .finally(() => { if (this.chains.get(subject) === chain) this.chains.delete(subject); });
    this.chains.set(subject, chain);
  }

  /** Resolves when what was recorded so far is written (or failed). */
  async flush(): Promise<void> {
    await Promise.all(this.chains.values());
  }

  private allowed(subject: string, now: number): boolean {
    const budget = this.budgets.get(subject) ?? { tokens: BURST, at: now };
    budget.tokens = Math.min(BURST, budget.tokens + (now - budget.at) / REFILL);
    budget.at = now;
    remember(this.budgets, subject, budget);
    if (budget.tokens < 1) return false;
    budget.tokens -= 1;
    return true;
  }

  private combine(key: string, message: string, now: number): string {
    let similar = this.similar.get(key);
    if (!similar || now - similar.since > SIMILAR_WINDOW) similar = { messages: new Set(), since: now };
    similar.messages.add(message);
    remember(this.similar, key, similar);
    return similar.messages.size > SIMILAR_LIMIT ? `${COMBINED}${message}` : message;
  }

  private async write(key: string, object: DeepReadonly<EventSubject>, what: What, now: number): Promise<void> {
    const { client } = this.options;
    const known = this.known.get(key);
    if (known) {
      try {
        const patch = { count: known.count + 1, lastTimestamp: toTime(now), message: what.message };
        await client.patch('Event', known, patch, { type: 'strategic' });
        known.count += 1;
        remember(this.known, key, known);
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error; // it has expired: write a new one
      }
    }
    const event = this.newEvent(object, what, now);
    await client.create(event);
    remember(this.known, key, { namespace: event.metadata.namespace ?? '', name: event.metadata.name ?? '', count: 1 });
  }

  private newEvent(object: DeepReadonly<EventSubject>, { type, reason, message }: What, now: number): Event {
    const { component, host } = this.options;
    const { name = '', namespace, uid, resourceVersion } = object.metadata;
    const eventNamespace = namespace || 'default';
    this.sequence += 1;
    const suffix = (BigInt(now) * 1_000_000n + BigInt(this.sequence % 1_000_000)).toString(16);
    return {
      apiVersion: 'v1', kind: 'Event',
      metadata: { name: `${name}.${suffix}`, namespace: eventNamespace },
      involvedObject: {
        apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace && { namespace }), ...(uid && { uid }), ...(resourceVersion && { resourceVersion }),
        ...(object.fieldPath && { fieldPath: object.fieldPath }),
      },
      type, reason, message: message.slice(0, 1024), count: 1, firstTimestamp: toTime(now), lastTimestamp: toTime(now),
      source: { component, ...(host && { host }) }, reportingComponent: component, reportingInstance: host ?? '',
    } as Event;
  }
}

const COMBINED = '(combined from similar events): ';

/** Keeps the newest entries only: a Map iterates in the order of insertion. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED) map.delete(map.keys().next().value as string);
}
