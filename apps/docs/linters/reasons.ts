/** Why some checks that several linters have are none of ours. Each is said once. */
export const reasons = {
  livenessProbe: 'A liveness probe is for a process that hangs without ending. One that is not needed restarts healthy pods under load, so that none is better than a copied one. `probes-identical` and `startup-budget` look at those that are there.',
  cpuLimit: 'A matter of taste: CPU can be shared and taken back, and a limit throttles a process also on an idle node. The request is what counts (`resource-requests`).',
  memoryLimit: 'Found where nothing is said about memory, or where somebody bounded the pod and forgot this. A request without any limit is a decision: a limit that was guessed too low ends a healthy process.',
  guaranteed: 'Limits equal to requests (the class Guaranteed) are a choice for some processes, not a rule for all: it reserves the peak all the time.',
  ephemeralStorage: 'Few clusters enforce it and few programs know their number. What writes much to the disk of its container has state there, which is what should change.',
  pullPolicy: 'With a tag that stays, or a digest, Always makes every start depend on the registry and brings the same image. What is wrong is a tag that moves: `floating-tag`, `moving-tag`.',
  nonRoot: 'Most published images start as root and would not start otherwise; the image decides, not the manifest. Found where the manifests ask for it: in a namespace that enforces a Pod Security level, in a pod whose main container is hardened, and where it contradicts itself. The profile `restricted` sets it.',
  readOnlyRoot: 'A program that writes to its own disk fails at run time, which cannot be seen in a manifest. Found where the main container has it and another one does not; the profile `restricted` sets it.',
  userId: 'User numbers above 10,000 avoid those of the node, which matters only after a container was left. Not asked for by any Pod Security level.',
  networkPolicy: 'A policy for every pod is a decision for the namespace or the cluster. Policies that are there are checked.',
  antiAffinity: 'The scheduler spreads the pods of one workload over nodes by itself (default topology spread constraints, since Kubernetes 1.24), and a required anti-affinity keeps the last copies Pending on a small cluster. Found: spreading that selects nothing. `Scale` adds a soft constraint.',
  serviceType: 'NodePort and LoadBalancer are how a Service is reached from outside; whether it should be is known to who wrote it.',
  priorityClass: 'Priority classes are made by the administrator of a cluster, and their names are known there only.',
  token: 'The token of a service account without permissions opens nothing. What counts is who has permissions: `broad-subject` finds those given to the default account. Our constructs mount no token.',
  replicasWritten: 'Found for what requests from outside reach and no number is written for. A number that is written, also 1, is a decision; a worker or a database often runs in one copy.',
  ownerLabels: 'An agreement of one organization. Our constructs set the labels that Kubernetes recommends.',
} as const;
