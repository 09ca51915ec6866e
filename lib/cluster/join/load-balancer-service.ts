import { serviceLoadBalancer } from '../../controllers/service-load-balancer';
import type { NodeService } from '../node-services';

/** Gives Services of type LoadBalancer the node's address, where nobody else gives them one; the node's proxy does the rest. */
export const loadBalancerService: NodeService = {
  name: 'load-balancer',

  async start({ nodeName, nodeAddress, as, clock, logger }, signal) {
    const { startControllers } = await import('../../controllers/run-controllers.js');
    const { client, informers } = as('system:load-balancer');
    informers.restrict('Node', { fieldSelector: `metadata.name=${nodeName}` });
    await startControllers({ client, informers, clock, logger, only: [serviceLoadBalancer.name], options: { loadBalancerAddresses: [nodeAddress], keepForeignLoadBalancers: true } }, signal);
  },
};
