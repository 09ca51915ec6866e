import { type Clock, sleep } from '../../base/clock';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Logger } from '../../base/logger';
import type { Node } from '../../api/types';
import type { NodeConnector } from '../node-connector';
import { type NodeSample, parseResourceMetrics } from './resource-samples';
import { SHORTEST_WINDOW, type SamplePair } from './usage';

export interface NodeSamplesConfig {
  readonly nodes: NodeConnector;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Questions that come closer together have one answer. */
const FRESH = 5000;
/** What was seen longer ago says nothing about now. */
const FORGOTTEN = 60_000;
/** For a node that does not answer. */
const PATIENCE = 5000;

interface Known {
  readonly pair: SamplePair;
  readonly at: number;
}

/**
 * What the nodes say about processors and memory. They are asked only when somebody wants to know: who comes back within a minute gets what happened since,
 * the first one waits for a second between two looks.
 */
export class NodeSamples {
  private readonly known = new Map<string, Known>();
  private readonly pending = new Map<string, Promise<SamplePair | undefined>>();

  constructor(private readonly config: NodeSamplesConfig) {}

  /** undefined for a node that does not answer. Concurrent questions share one look. */
  tryPair(node: DeepReadonly<Node>): Promise<SamplePair | undefined> {
    const name = node.metadata.name ?? '';
    const running = this.pending.get(name) ?? this.look(name, node).catch((error: unknown) => {
      this.config.logger.debug('a node does not say what it uses', { node: name, error });
      return undefined;
    }).finally(() => this.pending.delete(name));
    this.pending.set(name, running);
    return running;
  }

  /** Drops what is known of nodes that are not in the list. */
  retain(names: ReadonlySet<string>): void {
    for (const name of this.known.keys()) if (!names.has(name)) this.known.delete(name);
  }

  private async look(name: string, node: DeepReadonly<Node>): Promise<SamplePair> {
    const { clock } = this.config;
    const known = this.known.get(name);
    const age = known ? clock.now() - known.at : Infinity;
    if (known && age < FRESH) return known.pair;
    const before = known && age < FORGOTTEN ? known.pair.now : await this.first(node);
    const pair = { before, now: await this.read(node) };
    this.known.set(name, { pair, at: clock.now() });
    return pair;
  }

  private async first(node: DeepReadonly<Node>): Promise<NodeSample> {
    const sample = await this.read(node);
    await sleep(this.config.clock, SHORTEST_WINDOW + 50);
    return sample;
  }

  private async read(node: DeepReadonly<Node>): Promise<NodeSample> {
    const patience = new AbortController();
    const cancel = this.config.clock.setTimer(PATIENCE, () => patience.abort());
    try {
      const { status, body, stream } = await this.config.nodes.request(node, { method: 'GET', path: '/metrics/resource', query: new URLSearchParams(), signal: patience.signal });
      const text = stream ? await textOf(stream) : String(body);
      if (status !== 200) throw new Error(`node ${node.metadata.name} answers ${status} to /metrics/resource: ${text.trim()}`);
      return parseResourceMetrics(text);
    } finally {
      cancel();
    }
  }
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}
