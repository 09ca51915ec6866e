import { nameOf, type ReadonlyPod } from './kubelet-context';

const MAXIMUM_FQDN = 64;

/** What `hostname -s` prints in the pod: at most 63 characters, never ending in `-` or `.`. */
export function hostnameOf(pod: ReadonlyPod): string {
  return (pod.spec.hostname || nameOf(pod)).slice(0, 63).replace(/[-.]+$/, '');
}

/** `host.subdomain.namespace.svc.cluster.local` of a pod with a subdomain. */
export function fullyQualifiedName(pod: ReadonlyPod, clusterDomain: string): string | undefined {
  return pod.spec.subdomain ? `${hostnameOf(pod)}.${pod.spec.subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : undefined;
}

/** What the kernel has as the pod's name. Throws when the full name it should be is longer than the kernel's 64 characters. */
export function kernelHostname(pod: ReadonlyPod, clusterDomain: string): string {
  const full = pod.spec.setHostnameAsFQDN ? fullyQualifiedName(pod, clusterDomain) : undefined;
  if (full && full.length > MAXIMUM_FQDN) {
    throw new Error(`failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long (${MAXIMUM_FQDN} characters is the max, ${full.length} characters requested)`);
  }
  return full ?? hostnameOf(pod);
}
