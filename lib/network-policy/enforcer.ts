import { backoffDelay } from '../base/backoff';
import { type Clock, sleep } from '../base/clock';
import type { Logger } from '../base/logger';
import { runCommand } from '../base/run-command';
import type { EventRecorder, Informers } from '../client/informers';
import { computePolicyRules } from './compute-rules';
import { policyPods, sameForPolicies } from './policy-pod';
import type { PolicyRules } from './policy-rules';
import { changeScript, policyTable, type PolicyTable, removeScript, replaceScript, type TableFamily } from './table-frame';

export interface NetworkPolicyEnforcerConfig {
  /** Name of the runtime. */
  readonly runtime: string;
  readonly informers: Informers;
  readonly events: EventRecorder;
  readonly nodeName: string;
  /** Of this node's pods. */
  readonly podCidr: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the packets of pods pass: with br_netfilter all of them are seen by `ip`. */
  readonly families: () => Promise<readonly TableFamily[]>;
  /** Runs an nft script as one transaction. @default the host's nft */
  readonly nft?: (script: string) => Promise<unknown>;
}

/** Changes that arrive within this many milliseconds become one transaction. */
const GATHER = 3;
/** In a large cluster changes are gathered for longer: a third of the time goes into rules at most. */
const LONGEST_GATHER = 1_000;
/** Longest wait of a pod for its rules before its start is refused (and tried again by the kubelet). */
const ATTACH_LIMIT = 10_000;

interface Attachment {
  readonly uid: string;
  readonly address: string;
}

/** What the kernel holds: no table at all as long as there is no policy. */
type Committed = { readonly table: PolicyTable; readonly rules: PolicyRules; readonly addresses: ReadonlyMap<string, string> } | 'no policies';

/**
 * Keeps the nft table of this node equal to the network policies. Where there is none it costs nothing: pods and namespaces are watched from the first policy on.
 * A pod is connected only after its rules are written, so there is no moment in which it is reached in spite of a policy.
 */
export class NetworkPolicyEnforcer {
  private readonly nft: (script: string) => Promise<unknown>;
  /** By sandbox: addresses given by this node. */
  private readonly attached = new Map<string, Attachment>();
  private committed: Committed | undefined;
  private waiters: { readonly attachment: Attachment; readonly resolve: () => void }[] = [];
  private wake: (() => void) | undefined;
  private dirty = true;
  private watching = false;

  constructor(private readonly config: NetworkPolicyEnforcerConfig) {
    this.nft = config.nft ?? ((script) => runCommand('nft', ['-f', '-'], { input: script }));
    config.informers.onChange('NetworkPolicy', () => this.changed());
  }

  /** Runs until the signal aborts; the rules stay. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, informers } = this.config;
    signal.addEventListener('abort', () => this.wake?.(), { once: true });
    await informers.start(signal);
    let cost = 0;
    for (let failures = 0; !signal.aborted;) {
      if (!this.dirty) await new Promise<void>((resolve) => { this.wake = resolve; });
      await sleep(clock, Math.min(LONGEST_GATHER, Math.max(GATHER, 2 * cost)), signal);
      if (signal.aborted) return;
      const began = clock.now();
      try {
        await this.sync(signal);
        cost = clock.now() - began;
        failures = 0;
      } catch (error) {
        failures += 1;
        this.dirty = true;
        this.committed = undefined;
        logger.error('the rules of network policies could not be written', { error });
        if (failures === 1) this.tellPolicies(error);
        await sleep(clock, backoffDelay(failures, { initial: 100, maximum: 30_000 }), signal);
      }
    }
  }

  /** Resolves when the rules know the pod, before it gets its address. Rejects when they cannot be written: a pod that should be policed must not run without. */
  async attaching(sandboxKey: string, attachment: Attachment): Promise<void> {
    this.attached.set(sandboxKey, attachment);
    if (this.committed === 'no policies' && !this.dirty) return;
    this.changed();
    const { clock, nodeName } = this.config;
    await new Promise<void>((resolve, reject) => {
      const cancel = clock.setTimer(ATTACH_LIMIT, () => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        reject(new Error(`the network policies of the pod could not be enforced on node ${nodeName} within ${ATTACH_LIMIT / 1000} s; the log of the node says why`));
      });
      const waiter = { attachment, resolve: () => { cancel(); resolve(); } };
      this.waiters.push(waiter);
    });
  }

  released(sandboxKey: string): void {
    this.attached.delete(sandboxKey);
  }

  private changed(): void {
    this.dirty = true;
    this.wake?.();
  }

  private async sync(signal: AbortSignal): Promise<void> {
    this.dirty = false;
    const { lister } = this.config.informers;
    const policies = lister.list('NetworkPolicy');
    if (policies.length === 0) {
      if (this.committed !== 'no policies') await this.removeTables();
      this.committed = 'no policies';
    } else {
      await this.ensureWatching(signal);
      const attached = new Map([...this.attached.values()].map(({ uid, address }) => [uid, address]));
      const pods = policyPods(lister.list('Pod'), this.config.nodeName, attached);
      const namespaces = new Map(lister.list('Namespace').map(({ metadata: { name = '', labels = {} } }) => [name, labels]));
      await this.write(computePolicyRules({ policies, pods, namespaces }), new Map(pods.map(({ address, uid }) => [address, uid])));
    }
    this.release(this.committed);
  }

  /** One by one: a kernel that knows no tables of bridges has none of ours. */
  private async removeTables(): Promise<void> {
    const table = await this.table();
    await this.nft(removeScript({ ...table, families: ['ip'] }));
    if (table.families.includes('bridge')) await this.nft(removeScript({ ...table, families: ['bridge'] })).catch(() => undefined);
  }

  private async write(rules: PolicyRules, addresses: ReadonlyMap<string, string>): Promise<void> {
    const old = this.committed === 'no policies' ? undefined : this.committed;
    const table = old?.table ?? await this.table();
    const script = old ? changeScript(table, old.rules, rules) : replaceScript(table, rules);
    if (script) await this.nft(script);
    this.committed = { table, rules, addresses };
  }

  private async table(): Promise<PolicyTable> {
    const { runtime, podCidr, families } = this.config;
    return { name: policyTable(runtime), podCidr, families: await families() };
  }

  private async ensureWatching(signal: AbortSignal): Promise<void> {
    const { informers } = this.config;
    if (!this.watching) {
      this.watching = true;
      informers.onChange('Pod', (change) => {
        if (change.type !== 'modified' || !sameForPolicies(change.old, change.object)) this.changed();
      });
      informers.onChange('Namespace', () => this.changed());
    }
    await informers.start(signal);
  }

  private release(committed: Committed | undefined): void {
    const isDone = ({ attachment: { uid, address } }: { readonly attachment: Attachment }) =>
      committed === 'no policies' || committed?.addresses.get(address) === uid;
    const done = this.waiters.filter(isDone);
    this.waiters = this.waiters.filter((waiter) => !isDone(waiter));
    for (const { resolve } of done) resolve();
  }

  private tellPolicies(error: unknown): void {
    const { informers: { lister }, events, nodeName } = this.config;
    const message = `the policy is not enforced on node ${nodeName}, which starts no pods until it is: ${error instanceof Error ? error.message : String(error)}`;
    for (const { metadata } of lister.list('NetworkPolicy')) events.event({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata }, 'Warning', 'NotEnforced', message);
  }
}
