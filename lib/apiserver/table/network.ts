import type { AnyObject } from '../any-object';
import { age, at, type CellMaker, firstThree, labels, listAt, NONE, selector, textAt } from './values';

interface Port {
  readonly port: number;
  readonly nodePort?: number;
  readonly protocol?: string;
  readonly name?: string;
}

interface Balanced {
  readonly ip?: string;
  readonly hostname?: string;
}

const balancer = ({ status }: AnyObject) => listAt<Balanced>(status, 'loadBalancer', 'ingress').map(({ ip, hostname }) => ip || hostname || '').filter(Boolean);

export const serviceCells: CellMaker = (object, now) => {
  const { spec } = object;
  const ports = listAt<Port>(spec, 'ports').map(({ port, nodePort, protocol = 'TCP' }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`);
  return [
    object.metadata.name, textAt(spec, 'type'), textAt(spec, 'clusterIPs', 0) || NONE, externalAddress(object), ports.join(',') || NONE, age(object, now), labels(at(spec, 'selector')),
  ];
};

function externalAddress(object: AnyObject): string {
  const external = listAt<string>(object.spec, 'externalIPs');
  switch (textAt(object.spec, 'type')) {
    case 'ExternalName': return textAt(object.spec, 'externalName');
    case 'LoadBalancer': return [...balancer(object), ...external].join(',') || '<pending>';
    default: return external.join(',') || NONE;
  }
}

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly Port[];
}

export const endpointsCells: CellMaker = (object, now) => {
  const all = listAt<Subset>(object, 'subsets').flatMap(({ addresses = [], ports = [] }) => (ports.length === 0
    ? addresses.map(({ ip }) => ip)
    : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`))));
  return [object.metadata.name, firstThree(all) || NONE, age(object, now)];
};

export const endpointSliceCells: CellMaker = (object, now) => {
  const ports = listAt<Port>(object, 'ports').map(({ port, name }) => (port ? String(port) : name ?? '')).filter(Boolean);
  const addresses = listAt<{ readonly addresses?: readonly string[] }>(object, 'endpoints').flatMap((endpoint) => endpoint.addresses ?? []);
  return [object.metadata.name, textAt(object, 'addressType'), firstThree(ports) || '<unset>', firstThree(addresses) || '<unset>', age(object, now)];
};

export const ingressCells: CellMaker = (object, now) => {
  const hosts = listAt<{ readonly host?: string }>(object.spec, 'rules').map(({ host }) => host ?? '').filter(Boolean);
  return [
    object.metadata.name, textAt(object.spec, 'ingressClassName') || NONE, firstThree(hosts) || '*', balancer(object).join(','), listAt(object.spec, 'tls').length > 0 ? '80, 443' : '80', age(object, now),
  ];
};

export const ingressClassCells: CellMaker = (object, now) => {
  const parameters = at<{ readonly kind: string; readonly apiGroup?: string; readonly name: string }>(object.spec, 'parameters');
  const shown = parameters ? `${parameters.kind}${parameters.apiGroup ? `.${parameters.apiGroup}` : ''}/${parameters.name}` : NONE;
  return [object.metadata.name, textAt(object.spec, 'controller'), shown, age(object, now)];
};

export const networkPolicyCells: CellMaker = (object, now) => [object.metadata.name, selector(at(object.spec, 'podSelector')), age(object, now)];
