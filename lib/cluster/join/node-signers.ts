/** Which of a node's two certificates. */
export type NodeCertificate = 'kubelet-client' | 'kubelet-serving';

/** What the cluster's signer wants to be asked for. */
export interface NodeSigner {
  readonly signerName: string;
  readonly usages: readonly string[];
  /** The signer wants the names and addresses of the node in the request. */
  readonly withHosts: boolean;
}

/** Key encipherment says nothing for our kind of keys; signers before Kubernetes 1.27 insist on it. */
const USAGES = ['digital signature', 'key encipherment'];

export const nodeSigners: Readonly<Record<NodeCertificate, NodeSigner>> = {
  'kubelet-client': { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: [...USAGES, 'client auth'], withHosts: false },
  'kubelet-serving': { signerName: 'kubernetes.io/kubelet-serving', usages: [...USAGES, 'server auth'], withHosts: true },
};

/** As the API server knows the node. */
export const nodeUser = (nodeName: string) => `system:node:${nodeName}`;
export const NODES_GROUP = 'system:nodes';
