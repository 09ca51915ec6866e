import type { DeepReadonly } from '../../base/deep-readonly';
import { tryParseQuantity } from '../quantity';
import type { Container, PodSpec, core } from '../types';

type Spec = DeepReadonly<PodSpec>;
type Metadata = DeepReadonly<{ readonly annotations?: Readonly<Record<string, string>> }> | undefined;

/** Labels of nodes that have a newer name. */
export const DEPRECATED_NODE_LABELS: Readonly<Record<string, readonly [since: string, instead: string]>> = {
  'beta.kubernetes.io/arch': ['deprecated since v1.14', 'kubernetes.io/arch'],
  'beta.kubernetes.io/os': ['deprecated since v1.14', 'kubernetes.io/os'],
  'failure-domain.beta.kubernetes.io/region': ['deprecated since v1.17', 'topology.kubernetes.io/region'],
  'failure-domain.beta.kubernetes.io/zone': ['deprecated since v1.17', 'topology.kubernetes.io/zone'],
  'beta.kubernetes.io/instance-type': ['deprecated since v1.17', 'node.kubernetes.io/instance-type'],
};

export const VOLUME_WARNINGS: Readonly<Record<string, string>> = {
  gitRepo: 'deprecated in v1.11', photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+', flocker: 'deprecated in v1.22, non-functional in v1.25+', storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+', glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+', rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

const ANNOTATIONS: Readonly<Record<string, readonly [since: string, field: string]>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': ['v1.16+', 'priorityClassName'],
  'security.alpha.kubernetes.io/sysctls': ['v1.11+', 'sysctls'],
  'security.alpha.kubernetes.io/unsafe-sysctls': ['v1.11+', 'sysctls'],
  'seccomp.security.alpha.kubernetes.io/pod': ['v1.27+', 'seccompProfile'],
};

/** What a pod or a pod template asks for that is deprecated, or most likely a mistake. `path` is where its spec and metadata are: `spec.template.`. */
export function podWarnings(spec: Spec | undefined, metadata: Metadata, path: string): string[] {
  if (!spec) return [];
  const at = `${path}spec`;
  return [
    ...Object.keys(spec.nodeSelector ?? {}).sort().flatMap((label) => nodeLabel(label, `${at}.nodeSelector[${label}]`, ': ')),
    ...affinityWarnings(spec, at),
    ...spreadWarnings(spec, at),
    ...Object.keys(ANNOTATIONS).filter((name) => metadata?.annotations?.[name] !== undefined).map((name) => {
      const [since, field] = ANNOTATIONS[name] ?? [];
      return `${path}metadata.annotations[${name}]: non-functional in ${since}; use the "${field}" field instead`;
    }),
    ...(spec.volumes ?? []).flatMap((volume, index) => Object.keys(volume).flatMap((source) => (VOLUME_WARNINGS[source] ? [`${at}.volumes[${index}].${source}: ${VOLUME_WARNINGS[source]}`] : []))),
    ...duplicateHosts(spec, at),
    ...pullSecretWarnings(spec, at),
    ...(spec.initContainers ?? []).flatMap((container, index) => containerWarnings(container, `${at}.initContainers[${index}]`)),
    ...(spec.containers ?? []).flatMap((container, index) => containerWarnings(container, `${at}.containers[${index}]`)),
    ...Object.entries(spec.overhead ?? {}).flatMap(([name, amount]) => fractional(name, amount, `${at}.overhead`)),
  ];
}

/** `since` and `instead` of a node label; `joint` differs between upstream's places. */
export function nodeLabel(label: string, field: string, joint: ': ' | ' '): string[] {
  const [since, instead] = DEPRECATED_NODE_LABELS[label] ?? [];
  if (!since) return [];
  return [joint === ': ' ? `${field}: ${since}; use "${instead}" instead` : `${field}: ${label} is ${since}; use "${instead}" instead`];
}

function affinityWarnings({ affinity }: Spec, at: string): string[] {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const field = `${at}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  const terms = required.flatMap((term, index) => (term.matchExpressions ?? []).flatMap(({ key }, number) => nodeLabel(key, `${field}[${index}].matchExpressions[${number}].key`, ' ')));
  const pods = (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => (affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((term, index) => (
    term.labelSelector ? [] : [`${at}.affinity.${kind}.requiredDuringSchedulingIgnoredDuringExecution[${index}].labelSelector: a null labelSelector results in matching no pod`]
  )));
  return [...terms, ...pods];
}

function spreadWarnings({ topologySpreadConstraints }: Spec, at: string): string[] {
  return (topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, index) => [
    ...nodeLabel(topologyKey, `${at}.topologySpreadConstraints[${index}].topologyKey`, ' '),
    ...(labelSelector ? [] : [`${at}.topologySpreadConstraints[${index}].labelSelector: a null labelSelector results in matching no pod`]),
  ]);
}

function duplicateHosts({ hostAliases }: Spec, at: string): string[] {
  const seen = new Set<string>();
  return (hostAliases ?? []).flatMap(({ ip = '' }, index) => {
    if (seen.has(ip)) return [`${at}.hostAliases[${index}].ip: duplicate ip ${JSON.stringify(ip)}`];
    seen.add(ip);
    return [];
  });
}

function pullSecretWarnings({ imagePullSecrets }: Spec, at: string): string[] {
  const seen = new Set<string>();
  return (imagePullSecrets ?? []).flatMap(({ name = '' }, index) => {
    const field = `${at}.imagePullSecrets[${index}].name`;
    if (name === '') return [`${field}: invalid empty name ""`];
    if (seen.has(name)) return [`${field}: duplicate name ${JSON.stringify(name)}`];
    seen.add(name);
    return [];
  });
}

function containerWarnings(container: DeepReadonly<Container>, at: string): string[] {
  const { limits, requests } = container.resources ?? {};
  return [
    ...Object.entries(limits ?? {}).flatMap(([name, amount]) => fractional(name, amount, `${at}.resources.limits`)),
    ...Object.entries(requests ?? {}).flatMap(([name, amount]) => fractional(name, amount, `${at}.resources.requests`)),
    ...(container.env ?? []).flatMap(({ name }, index, all) => (all.slice(0, index).some((other) => other.name === name) ? [`${at}.env[${index}]: hides previous definition of ${JSON.stringify(name)}`] : [])),
    ...portWarnings(container.ports ?? [], at),
  ];
}

function portWarnings(ports: readonly DeepReadonly<core.ContainerPort>[], at: string): string[] {
  return ports.flatMap((port, index) => {
    const same = ports.findIndex((other) => (['containerPort', 'protocol', 'hostIP', 'hostPort'] as const).every((key) => other[key] === port[key]));
    const twice = same < index ? [`${at}.ports[${index}]: duplicate port definition with ${at}.ports[${same}]`] : [];
    if (!port.hostIP || port.hostPort) return twice;
    const { name = '', hostPort = 0, containerPort, protocol = '', hostIP } = port;
    return [...twice, `${at}.ports[${index}]: hostIP set without hostPort: {Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`];
  });
}

function fractional(name: string, amount: string | number, at: string): string[] {
  if (name !== 'memory' && name !== 'ephemeral-storage') return [];
  const value = tryParseQuantity(amount) ?? 0;
  // Upstream looks at thousandths, which overflow above 9.2e15.
  return Number.isInteger(value) && value < 2 ** 63 / 1000 ? [] : [`${at}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
}
