import type { DeepReadonly } from '../../base/deep-readonly';
import { badRequest, internalError, newStatus, notFound, StatusError } from '../../api/status-error';
import type { Endpoints } from '../../api/types';
import type { ObjectReader } from '../object-reader';
import type { RequestInfo } from '../request-info';

/** Where a request to `pods/…/proxy` or `services/…/proxy` goes. */
export interface BackendTarget {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

interface NameParts {
  readonly scheme: string;
  readonly name: string;
  /** A number, in a Service also a name; '' the only one or the first. */
  readonly port: string;
}

/** `https:web:443`, `web:http`, `web`. Undefined for anything else. Follows SplitSchemeNamePort of k8s.io/apimachinery. */
export function trySplitName(id: string): NameParts | undefined {
  const parts = id.split(':');
  if (parts.length === 1) return { scheme: '', name: id, port: '' };
  const [scheme, name, port] = parts.length === 2 ? ['', ...parts] : parts;
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme)) return undefined;
  return { scheme, name, port };
}

/** Follows ResourceLocation of pods and Services in Kubernetes 1.28, with its messages. @param random in [0, 1): which of several endpoints */
export function backendTarget({ resource, namespace, name: id }: Pick<RequestInfo, 'resource' | 'namespace' | 'name'>, reader: ObjectReader, random: () => number): BackendTarget {
  const parts = trySplitName(id);
  if (!parts) throw badRequest(`invalid ${resource === 'pods' ? 'pod' : 'service'} request "${id}"`);
  const target = resource === 'pods' ? podTarget(parts, namespace, reader) : serviceTarget(parts, id, namespace, reader, random);
  return { scheme: parts.scheme === 'https' ? 'https' : 'http', ...target };
}

function podTarget({ name, port }: NameParts, namespace: string, reader: ObjectReader): Pick<BackendTarget, 'host' | 'port'> {
  const pod = reader.tryGet('Pod', { namespace, name });
  if (!pod) throw notFound({ group: '', resource: 'pods' }, name);
  const first = pod.spec.containers.flatMap(({ ports = [] }) => ports.slice(0, 1))[0]?.containerPort ?? 80;
  const number = port === '' ? first : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw badRequest(`invalid port "${port}": the port of a pod is a number`);
  if (!pod.status?.podIP) throw badRequest('address not allowed');
  return { host: pod.status.podIP, port: number };
}

function serviceTarget({ name, port }: NameParts, id: string, namespace: string, reader: ObjectReader, random: () => number): Pick<BackendTarget, 'host' | 'port'> {
  const service = reader.tryGet('Service', { namespace, name });
  if (!service) throw notFound({ group: '', resource: 'services' }, name);
  let portName = port;
  if (/^\d+$/.test(port)) {
    const found = service.spec.ports?.find((candidate) => candidate.port === Number(port));
    if (!found) throw unavailable(`no service port ${port} found for service "${name}"`);
    portName = found.name ?? '';
  }
  const endpoints = reader.tryGet('Endpoints', { namespace, name });
  if (!endpoints) throw notFound({ group: '', resource: 'endpoints' }, name);
  const candidates = addressesOf(endpoints, portName);
  if (!endpoints.subsets?.length) throw unavailable(`no endpoints available for service "${name}"`);
  if (candidates.length === 0) throw unavailable(`no endpoints available for service "${id}"`);
  return candidates[Math.floor(random() * candidates.length)];
}

function addressesOf({ subsets = [] }: DeepReadonly<Endpoints>, portName: string): readonly Pick<BackendTarget, 'host' | 'port'>[] {
  return subsets.flatMap(({ addresses = [], ports = [] }) => ports.filter(({ name = '' }) => name === portName).slice(0, 1).flatMap(({ port }) => addresses.map(({ ip }) => {
    if (/^(127\.|169\.254\.|224\.)/.test(ip)) throw internalError(new Error(`address not allowed: ${ip}`));
    return { host: ip, port };
  })));
}

const unavailable = (message: string) => new StatusError(newStatus(503, 'ServiceUnavailable', message));
