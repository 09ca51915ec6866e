import { backoffDelay } from '../../base/backoff';
import { sleep, toMicroTime } from '../../base/clock';
import { isAlreadyExists, isConflict, isNotFound } from '../../api/status-error';
import type { Taint } from '../../api/taints';
import type { core, Lease, Node } from '../../api/types';
import type { RuntimeImage, RuntimeVersion } from '../../cri/cri';
import type { Pressure } from '../eviction/pressure';
import type { KubeletContext } from '../kubelet-context';
import { readMachine, type Machine } from './machine';
import { capacity, computeNodeStatus, hasNewResources } from './node-status';

export interface NodeAgentConfig {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** When the Node is made; who may change them later is the cluster's affair. */
  readonly taints: readonly Taint[];
  readonly podCidr: string | undefined;
  readonly maximumPods: number;
  readonly serverPort: () => number;
  /** After so long without a word the node counts as lost; it says one four times as often. */
  readonly leaseSeconds: number;
  readonly pressures: () => readonly Pressure[];
  readonly shuttingDown: () => boolean;
}

const STATUS_PERIOD = 300_000;

/** The reasons of the Events: when the condition becomes true, and when it does not hold (any more). */
const TRANSITIONS: Readonly<Record<string, readonly [string, string]>> = {
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
  Ready: ['NodeReady', 'NodeNotReady'],
};

/** Keeps the Node object, its status and its Lease: how the cluster knows that this node lives. */
export class NodeAgent {
  private machine: Machine | undefined;
  /** Status by condition, as Events have told it. */
  private readonly shown = new Map<string, string>();
  private told = new Set<string>();

  constructor(private readonly context: KubeletContext, private readonly config: NodeAgentConfig) {}

  /** What pods may use. Empty before `register`. */
  allocatable(): Readonly<Record<string, string>> {
    return this.machine ? capacity({ machine: this.machine, maximumPods: this.config.maximumPods }, 100 * 1024 * 1024) : {};
  }

  /** Makes the Node or brings its labels up to date, and shows its status. Tries until it works or the signal aborts. */
  async register(signal: AbortSignal): Promise<void> {
    this.machine = await readMachine(this.context.dataDirectory);
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await this.ensureNode();
        await this.writeStatus();
        await this.renewLease();
        return;
      } catch (error) {
        this.context.logger.warn('the node could not be registered', { node: this.context.nodeName, error });
        await sleep(this.context.clock, backoffDelay(failures, { initial: 200, maximum: 7_000 }), signal);
      }
    }
  }

  /** Renews the Lease four times in its duration and the status every 5 min until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.context;
    for (let statusDue = clock.now() + STATUS_PERIOD; !signal.aborted;) {
      await sleep(clock, this.config.leaseSeconds * 250, signal);
      if (signal.aborted) return;
      await this.renewLease().catch((error: unknown) => logger.warn('the node lease could not be renewed', { error }));
      if (clock.now() < statusDue && !(await this.hasNewResources())) continue;
      statusDue = clock.now() + STATUS_PERIOD;
      await this.updateStatus();
    }
  }

  private async hasNewResources(): Promise<boolean> {
    const node = await this.context.client.tryGet('Node', { name: this.context.nodeName }).catch(() => undefined);
    return hasNewResources(node?.status);
  }

  /** Shows what is so now; the engine came or went. Never rejects. */
  async updateStatus(): Promise<void> {
    try {
      this.machine = await readMachine(this.context.dataDirectory);
      await this.writeStatus();
    } catch (error) {
      if (isNotFound(error)) await this.ensureNode().catch(() => undefined);
      this.context.logger.warn('the node status could not be written', { error });
    }
  }

  private async ensureNode(): Promise<void> {
    const { client, nodeName } = this.context;
    const { annotations, taints, podCidr } = this.config;
    const metadata = { labels: this.labels(), ...(Object.keys(annotations).length > 0 && { annotations }) };
    const spec = { ...(podCidr && { podCIDR: podCidr, podCIDRs: [podCidr] }), ...(taints.length > 0 && { taints }) };
    try {
      await client.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, ...metadata }, spec });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      await client.patch('Node', { name: nodeName }, { metadata }, { type: 'merge' });
    }
  }

  private labels(): Record<string, string> {
    const { info } = this.machine ?? { info: { architecture: 'amd64' } };
    return {
      'beta.kubernetes.io/arch': info.architecture,
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': info.architecture,
      'kubernetes.io/hostname': this.context.nodeName,
      'kubernetes.io/os': 'linux',
      ...this.config.labels,
    };
  }

  private async writeStatus(): Promise<void> {
    const { client, cri, nodeName, nodeAddress, clock } = this.context;
    if (!this.machine) return;
    const runtime = await cri.status();
    const [version, images]: [RuntimeVersion | undefined, readonly RuntimeImage[]] = runtime.ready
      ? await Promise.all([cri.version(), cri.listImages()]) : [undefined, []];
    const node = await client.get('Node', { name: nodeName });
    const status = computeNodeStatus({
      nodeName, nodeAddress, machine: this.machine, runtime, version, images, now: clock.now(), maximumPods: this.config.maximumPods, serverPort: this.config.serverPort(),
      pressures: this.config.pressures(), shuttingDown: this.config.shuttingDown(),
    }, node.status);
    await client.patch('Node', { name: nodeName }, { status }, { type: 'strategic', subresource: 'status' });
    this.tell(status.conditions ?? [], runtime.notices);
  }

  private tell(conditions: readonly core.NodeCondition[], notices: readonly string[]): void {
    const { events, nodeName } = this.context;
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, uid: nodeName } };
    if (this.shown.size === 0) events.event(node, 'Normal', 'Starting', 'Starting kubelet.');
    for (const { type, status } of conditions) {
      const reason = TRANSITIONS[type]?.[status === 'True' ? 0 : 1];
      if (reason && this.shown.get(type) !== status) events.event(node, 'Normal', reason, `Node ${nodeName} status is now: ${reason}`);
      this.shown.set(type, status);
    }
    for (const notice of notices) {
      if (this.told.has(notice)) continue;
      this.told.add(notice);
      events.event(node, 'Warning', 'RuntimeLimited', notice);
    }
  }

  private async renewLease(): Promise<void> {
    const { client, nodeName, clock } = this.context;
    const reference = { namespace: 'kube-node-lease', name: nodeName };
    const renewTime = toMicroTime(clock.now());
    try {
      await client.patch('Lease', reference, { spec: { holderIdentity: nodeName, leaseDurationSeconds: this.config.leaseSeconds, renewTime } }, { type: 'merge' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.createLease(reference, renewTime);
    }
  }

  private async createLease(reference: { readonly namespace: string; readonly name: string }, renewTime: string): Promise<void> {
    const { client, nodeName } = this.context;
    const node = await client.tryGet('Node', { name: nodeName });
    const owner = node?.metadata.uid ? { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: node.metadata.uid }] } : {};
    try {
      await client.create<Lease>({
        apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { ...reference, ...owner }, spec: { holderIdentity: nodeName, leaseDurationSeconds: this.config.leaseSeconds, renewTime },
      });
    } catch (error) {
      // The namespace is made by the API server a moment after its start; the next renewal finds it.
      if (!isAlreadyExists(error) && !isConflict(error) && !isNotFound(error)) throw error;
    }
  }
}
