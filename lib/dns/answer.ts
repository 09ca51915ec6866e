import type { DeepReadonly } from '../base/deep-readonly';
import { cidrContains, parseCidr, tryParseAddress } from '../base/cidr';
import type { EndpointSlice, Service } from '../api/types';
import type { Lister } from '../client/informers';
import { a, cname, exists, missing, ptr, type Question, soa, srv, type ZoneAnswer } from './records';

export interface ZoneConfig {
  /** `cluster.local` */
  readonly domain: string;
  readonly lister: Lister;
  /** Name server of the zone. */
  readonly address: string;
  /** Ranges whose reverse names are ours. */
  readonly ranges: readonly string[];
}

/**
 * The cluster's answer, by the DNS specification of Kubernetes (1.1.0); undefined for names that are not the cluster's.
 * Pure over what the lister holds.
 */
export function tryAnswer(question: Question, zone: ZoneConfig): ZoneAnswer | undefined {
  const { name, type } = question;
  if (name.endsWith('.in-addr.arpa')) return tryReverse(question, zone);
  if (name !== zone.domain && !name.endsWith(`.${zone.domain}`)) return undefined;
  const labels = name === zone.domain ? [] : name.slice(0, -zone.domain.length - 1).split('.');
  const found = lookUp(labels, question, zone);
  // ANY is answered with what there is; other types that we do not have are an empty answer.
  return { ...found, answers: found.answers.filter((record) => type === 'ANY' || record.type === type || record.type === 'CNAME') };
}

function lookUp(labels: readonly string[], question: Question, zone: ZoneConfig): ZoneAnswer {
  const last = labels[labels.length - 1];
  if (last === undefined) {
    return { answers: [soa(zone.domain, 1), { type: 'NS', name: zone.domain, ttl: 5, data: `ns.dns.${zone.domain}` }], additionals: [a(`ns.dns.${zone.domain}`, zone.address)] };
  }
  if (labels.join('.') === 'ns.dns') return { answers: [a(question.name, zone.address)] };
  if (labels.join('.') === 'dns') return exists;
  if (labels.join('.') === 'dns-version') return { answers: [{ type: 'TXT', name: question.name, ttl: 5, data: '1.1.0' }] };
  if (last === 'pod') return podAnswer(labels.slice(0, -1), question, zone);
  if (last === 'svc') return serviceAnswer(labels.slice(0, -1), question, zone);
  return missing;
}

/** `10-240-0-5.shop.pod`: any address in a namespace that exists. */
function podAnswer(labels: readonly string[], { name }: Question, { lister }: ZoneConfig): ZoneAnswer {
  const [dashed, namespace] = labels.length === 2 ? labels : [undefined, labels[0]];
  if (labels.length === 0) return exists;
  if (labels.length > 2 || !lister.tryGet('Namespace', namespace ?? '')) return missing;
  if (dashed === undefined) return exists;
  const address = dashed.replaceAll('-', '.');
  return tryParseAddress(address) === undefined ? missing : { answers: [a(name, address)] };
}

function serviceAnswer(labels: readonly string[], { name }: Question, zone: ZoneConfig): ZoneAnswer {
  const { lister } = zone;
  const [namespace, serviceName] = [labels[labels.length - 1], labels[labels.length - 2]];
  if (namespace === undefined) return exists;
  if (!lister.tryGet('Namespace', namespace)) return missing;
  if (serviceName === undefined) return exists;
  const service = lister.tryGet('Service', { namespace, name: serviceName });
  if (!service) return missing;

  const before = labels.slice(0, -2);
  if (service.spec.type === 'ExternalName') return before.length === 0 ? { answers: [cname(name, trimDot(service.spec.externalName ?? ''))] } : missing;
  const serviceFull = `${serviceName}.${namespace}.svc.${zone.domain}`;
  const endpoints = isHeadless(service) ? endpointsOf(service, lister, serviceFull) : undefined;
  if (before.length === 0) return { answers: endpoints ? unique(endpoints).map(({ address }) => a(name, address)) : [a(name, service.spec.clusterIP ?? '')] };
  if (before.length === 1 && !before[0].startsWith('_')) {
    const ofHost = unique((endpoints ?? []).filter(({ host }) => host === name));
    return ofHost.length > 0 ? { answers: ofHost.map(({ address }) => a(name, address)) } : missing;
  }
  return portAnswer(before, name, service, serviceFull, endpoints);
}

/** `_http._tcp.web.shop.svc` */
function portAnswer(
  before: readonly string[], name: string, service: DeepReadonly<Service>, serviceFull: string, endpoints: readonly HeadlessEndpoint[] | undefined,
): ZoneAnswer {
  const [port, protocol] = before.length === 2 ? before : [undefined, before[0]];
  const matches = (candidate: { readonly name?: string; readonly protocol?: string }) =>
    `_${(candidate.protocol ?? 'TCP').toLowerCase()}` === protocol && (port === undefined || `_${candidate.name ?? ''}` === port);
  if (before.length > 2) return missing;
  if (!endpoints) {
    const ports = (service.spec.ports ?? []).filter(matches);
    if (ports.length === 0) return missing;
    return { answers: ports.map((match) => srv(name, serviceFull, match.port, 100)), additionals: [a(serviceFull, service.spec.clusterIP ?? '')] };
  }
  const found = endpoints.flatMap((endpoint) => endpoint.ports.filter(matches).map((match) => ({ ...endpoint, port: match.port ?? 0 })));
  if (found.length === 0) return missing;
  const weight = Math.max(1, Math.floor(100 / found.length));
  return {
    answers: found.map((endpoint) => srv(name, endpoint.host, endpoint.port, weight)),
    additionals: unique(found).map(({ host, address }) => a(host, address)),
  };
}

interface HeadlessEndpoint {
  readonly address: string;
  /** Name of the endpoint itself. */
  readonly host: string;
  readonly ports: readonly { readonly name?: string; readonly protocol?: string; readonly port?: number }[];
}

/** Ready ones only; `publishNotReadyAddresses` makes them ready in the slices. */
function endpointsOf({ metadata }: DeepReadonly<Service>, lister: Lister, serviceFull: string): readonly HeadlessEndpoint[] {
  const slices = lister.list('EndpointSlice', metadata.namespace).filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name && slice.addressType === 'IPv4');
  const hostOf = (hostname: string | undefined, address: string) => `${(hostname ?? address.replaceAll('.', '-')).toLowerCase()}.${serviceFull}`;
  return slices.flatMap(({ endpoints, ports }: DeepReadonly<EndpointSlice>) => (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses, hostname }) => addresses.map((address) => ({ address, host: hostOf(hostname, address), ports: ports ?? [] }))));
}

function tryReverse({ name, type }: Question, zone: ZoneConfig): ZoneAnswer | undefined {
  const address = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
  const number = tryParseAddress(address);
  if (number === undefined) return undefined;
  const service = zone.lister.list('Service').find(({ spec }) => spec.clusterIP === address);
  const targets = service ? [`${service.metadata.name}.${service.metadata.namespace}.svc.${zone.domain}`] : hostsOf(address, zone);
  if (targets.length > 0) return { answers: type === 'PTR' || type === 'ANY' ? targets.map((target) => ptr(name, target)) : [] };
  return zone.ranges.some((range) => cidrContains(parseCidr(range), number)) ? missing : undefined;
}

function hostsOf(address: string, { lister, domain }: ZoneConfig): readonly string[] {
  const headless = lister.list('Service').filter(isHeadless);
  const hosts = headless.flatMap((service) => endpointsOf(service, lister, `${service.metadata.name}.${service.metadata.namespace}.svc.${domain}`));
  return [...new Set(hosts.filter((endpoint) => endpoint.address === address).map(({ host }) => host))];
}

const isHeadless = ({ spec }: DeepReadonly<Service>) => spec.type !== 'ExternalName' && (spec.clusterIP === 'None' || !spec.clusterIP);
const trimDot = (name: string) => name.replace(/\.$/, '').toLowerCase();
const unique = <T extends { readonly address: string; readonly host: string }>(endpoints: readonly T[]): readonly T[] =>
  [...new Map(endpoints.map((endpoint) => [`${endpoint.address} ${endpoint.host}`, endpoint])).values()];
