import type { ContainerEvent } from '../cri';
import { POD_UID } from '../labels';
import { getStream, type Engine } from './engine';
import { toCriError } from './errors';
import { RUNTIME } from './labels';

interface EngineEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

const TYPES: Readonly<Record<string, ContainerEvent['type']>> = { create: 'created', start: 'started', die: 'stopped', oom: 'stopped', destroy: 'removed' };

export async function* events({ docker, runtime }: Engine, signal: AbortSignal): AsyncGenerator<ContainerEvent> {
  const filters = JSON.stringify({ type: ['container'], label: [`${RUNTIME}=${runtime}`], event: Object.keys(TYPES) });
  try {
    const source = await getStream(docker, '/events', { filters }, signal);
    let partial = '';
    for await (const chunk of source as AsyncIterable<Buffer>) {
      const lines = (partial + chunk.toString('utf8')).split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) {
        const event = line.trim() && toEvent(JSON.parse(line) as EngineEvent);
        if (event) yield event;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw toCriError(error);
  }
  if (!signal.aborted) throw toCriError(Object.assign(new Error('the event stream of the Docker daemon ended'), { code: 'ECONNRESET' }));
}

function toEvent({ Action, Actor }: EngineEvent): ContainerEvent | undefined {
  const type = TYPES[Action];
  return type && { type, podUid: Actor.Attributes[POD_UID] ?? '', containerId: Actor.ID };
}
