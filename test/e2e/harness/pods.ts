import type { core, Pod } from '../../../lib/api/types';
import { eventually } from './eventually';
import type { Kubectl } from './kubectl';

export interface PodEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count?: number;
}

/** A pod that is quick to end; unless it says otherwise its containers are busybox and sleep. */
export function podOf(name: string, { containers = [{}], ...spec }: Omit<Partial<core.PodSpec>, 'containers'> & { readonly containers?: readonly Partial<core.Container>[] } = {}, metadata: object = {}): object {
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata },
    spec: { terminationGracePeriodSeconds: 1, ...spec, containers: containers.map(withDefaults) },
  };
}

/** `c`, `c1`, `c2` …, busybox, `sleep 3600`: what a case does not talk about. */
function withDefaults(container: Partial<core.Container>, index: number): core.Container {
  return { name: index === 0 ? 'c' : `c${index}`, image: 'busybox:1.35', ...(!container.image && !container.command && !container.args && { command: ['sleep', '3600'] }), ...container };
}

/** A container that runs a shell script; both its outputs are one, so that they come in order. */
export const shell = (script: string, more: Partial<core.Container> = {}): Partial<core.Container> => ({ command: ['sh', '-c', `exec 2>&1; ${script}`], ...more });

/** A shell script that prints and goes on until it is asked to end. */
export const stays = (script: string, more: Partial<core.Container> = {}): Partial<core.Container> => shell(`trap 'exit 0' TERM; ${script}; while :; do sleep 0.1; done`, more);

export const configMap = (name: string, data: Readonly<Record<string, string>>, more: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data, ...more });

export const secret = (name: string, stringData: Readonly<Record<string, string>>): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData });

/** What cases ask about pods of their namespace. */
export class PodCases {
  constructor(readonly kubectl: Kubectl) {}

  /** All of them in one request each; the cases wait for what they need. */
  async create(...objects: readonly object[]): Promise<void> {
    await this.kubectl('create -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
  }

  /** What the API server says when it refuses the object. */
  async refusal(object: object): Promise<string> {
    const { code, err } = await this.kubectl.try('create -f -', { input: JSON.stringify(object) });
    if (code === 0) throw new Error(`accepted: ${JSON.stringify(object)}`);
    return err;
  }

  async get(name: string): Promise<Pod> {
    return JSON.parse(await this.kubectl(['get', 'pod', name, '-o', 'json'])) as Pod;
  }

  /** Resolves with the pod when the condition holds. */
  async until(name: string, what: string, condition: (pod: Pod) => unknown, limit?: number): Promise<Pod> {
    let last: Pod | undefined;
    try {
      return await eventually(`${name}: ${what}`, async () => {
        last = await this.get(name);
        return condition(last) ? last : undefined;
      }, limit);
    } catch (error) {
      throw new Error(`${name}: ${what}; its status was ${JSON.stringify(last?.status)}`, { cause: error });
    }
  }

  running(name: string): Promise<Pod> {
    return this.until(name, 'is Running', ({ status }) => status?.phase === 'Running' && status.containerStatuses?.every(({ state }) => state?.running));
  }

  ready(name: string): Promise<Pod> {
    return this.until(name, 'is Ready', (pod) => conditionOf(pod, 'Ready')?.status === 'True');
  }

  ended(name: string): Promise<Pod> {
    return this.until(name, 'has ended', ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
  }

  /** Resolves with the state when a container waits for this reason. */
  async waiting(name: string, reason: string, container = 'c'): Promise<core.ContainerStateWaiting> {
    const pod = await this.until(name, `container ${container} waits with ${reason}`, (candidate) => statusOf(candidate, container)?.state?.waiting?.reason === reason);
    return statusOf(pod, container)?.state?.waiting ?? {};
  }

  async logs(name: string, container = 'c'): Promise<string> {
    return this.kubectl(['logs', name, '-c', container]);
  }

  /** The log when the container has written it. */
  async logged(name: string, text: string | RegExp, container = 'c'): Promise<string> {
    return eventually(`the log of ${name}/${container} has ${text}`, async () => {
      const { out } = await this.kubectl.try(['logs', name, '-c', container]);
      return (typeof text === 'string' ? out.includes(text) : text.test(out)) && out;
    });
  }

  async exec(name: string, script: string, container = 'c'): Promise<string> {
    return this.kubectl(['exec', name, '-c', container, '--', 'sh', '-c', script]);
  }

  async events(name: string): Promise<readonly PodEvent[]> {
    const list = JSON.parse(await this.kubectl(['get', 'events', '--field-selector', `involvedObject.name=${name}`, '-o', 'json'])) as { items: PodEvent[] };
    return list.items;
  }

  /** Resolves with the first Event about the pod of this reason (and with this text). */
  async event(name: string, reason: string, text: string | RegExp = ''): Promise<PodEvent> {
    let seen: readonly PodEvent[] = [];
    try {
      return await eventually(`${name} has an Event ${reason} ${text}`, async () => {
        seen = await this.events(name);
        return seen.find((event) => event.reason === reason && (typeof text === 'string' ? event.message.includes(text) : text.test(event.message)));
      });
    } catch (error) {
      throw new Error(`no Event ${reason} ${text} of ${name}; there are ${JSON.stringify(seen.map(({ reason: other, message }) => `${other}: ${message}`))}`, { cause: error });
    }
  }
}

export function conditionOf({ status }: Pod, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** The status of a container of any kind. */
export function statusOf({ status }: Pod, container = 'c') {
  return [...status?.containerStatuses ?? [], ...status?.initContainerStatuses ?? [], ...status?.ephemeralContainerStatuses ?? []].find(({ name }) => name === container);
}
