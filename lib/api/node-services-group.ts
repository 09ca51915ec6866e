/** The group of what runs on a node beside its kubelet: proxy, DNS, network policies, ingress. Its rights are made with the cluster. */
export const NODE_SERVICES_GROUP = 'twelve:node-services';
