import { tryRunCommand } from '../base/run-command';
import { uidOfSandboxKey } from '../cri/docker/naming';
import { tryReadSysctl } from '../cri/docker/network/sysctls';
import { NetworkPolicyEnforcer } from '../network-policy/enforcer';
import { policyTable, type TableFamily } from '../network-policy/table-frame';
import type { NodeService } from './node-services';

/** Network policies, enforced by each node for its own pods. */
export const networkPolicyService: NodeService = {
  name: 'network-policy',

  async start({ runtime, nodeName, podCidr, as, guardPods, clock, logger }, signal) {
    const enforcer = new NetworkPolicyEnforcer({ runtime, nodeName, podCidr, clock, logger, families, ...as('system:network-policy', 'system:nodes') });
    // Before the first wait: pods that start meanwhile wait for their rules.
    guardPods({
      attaching: (sandboxKey, address) => enforcer.attaching(sandboxKey, { uid: uidOfSandboxKey(sandboxKey), address }),
      released: (sandboxKey) => enforcer.released(sandboxKey),
    });
    void enforcer.run(signal);
    await Promise.resolve();
  },

  async remove(runtime) {
    for (const family of ['ip', 'bridge'] as const) await tryRunCommand('nft', ['delete', 'table', family, policyTable(runtime)]);
  },
};

/** Without br_netfilter packets between two pods of the node pass the bridge's own hooks alone; nft refuses such a table where the kernel has no connection tracking for bridges. */
async function families(): Promise<readonly TableFamily[]> {
  return await tryReadSysctl('net/bridge/bridge-nf-call-iptables') === '1' ? ['ip'] : ['ip', 'bridge'];
}
