import type { DeepReadonly } from '../../base/deep-readonly';
import { badRequest, invalid, notFound } from '../../api/status-error';
import type { Node, Pod } from '../../api/types';
import type { ObjectReader } from '../object-reader';
import { isTrue, type RequestInfo } from '../request-info';

/** Where on which node a stream of a pod is served. */
export interface PodStreamTarget {
  readonly node: DeepReadonly<Node>;
  /** With the query, as the kubelet's server wants it. */
  readonly path: string;
}

const STREAMS: Readonly<Record<string, string>> = { exec: 'exec', attach: 'attach', portforward: 'portForward' };

export const isPodStream = (info: RequestInfo) => info.group === '' && info.resource === 'pods' && info.subresource in STREAMS;

/** Finds the pod's node and writes the kubelet's path; the query parameters are renamed as upstream's strategy does. Throws the API server's refusals. */
export function podStreamTarget(info: RequestInfo, query: URLSearchParams, reader: ObjectReader): PodStreamTarget {
  const { namespace, name, subresource } = info;
  const pod = reader.tryGet('Pod', { namespace, name });
  if (!pod) throw notFound({ group: '', resource: 'pods' }, name);
  const container = subresource === 'portforward' ? undefined : selectContainer(pod, query.get('container') ?? '');
  if (!pod.spec.nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
  const node = reader.tryGet('Node', { name: pod.spec.nodeName });
  if (!node) throw notFound({ group: '', resource: 'nodes' }, pod.spec.nodeName);
  const path = ['', STREAMS[subresource], namespace, name, ...(container === undefined ? [] : [container])].join('/');
  const forwarded = subresource === 'portforward' ? portParameters(query) : streamParameters(subresource, query);
  return { node, path: `${path}?${forwarded}` };
}

/** The named container, or the only one. Texts follow pkg/registry/core/pod/strategy.go. */
export function selectContainer(pod: DeepReadonly<Pod>, asked: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const podName = pod.metadata.name ?? '';
  if (asked) {
    if (![...containers, ...initContainers, ...ephemeralContainers].some(({ name }) => name === asked)) throw badRequest(`container ${asked} is not valid for pod ${podName}`);
    return asked;
  }
  if (containers.length === 1) return containers[0].name;
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(' ');
  const more = [
    ...(initContainers.length > 0 ? [` or one of the init containers: [${names(initContainers)}]`] : []),
    ...(ephemeralContainers.length > 0 ? [` or one of the ephemeral containers: [${names(ephemeralContainers)}]`] : []),
  ];
  throw badRequest(`a container name must be specified for pod ${podName}, choose one of: [${names(containers)}]${more.join('')}`);
}

function streamParameters(subresource: string, query: URLSearchParams): URLSearchParams {
  const wanted = (name: string) => query.has(name) && isTrue(query.get(name));
  if (!['stdin', 'stdout', 'stderr'].some(wanted)) {
    throw invalid({ group: '', kind: subresource === 'exec' ? 'PodExecOptions' : 'PodAttachOptions' }, '', [{ reason: 'FieldValueRequired', field: 'stdin', message: 'Required value: you must specify at least 1 of stdin, stdout, stderr' }]);
  }
  if (subresource === 'exec' && !query.has('command')) throw badRequest('you must specify at least 1 command for the container');
  const parameters = new URLSearchParams();
  for (const command of query.getAll('command')) parameters.append('command', command);
  for (const [from, to] of [['stdin', 'input'], ['stdout', 'output'], ['stderr', 'error'], ['tty', 'tty']]) if (wanted(from)) parameters.append(to, '1');
  return parameters;
}

function portParameters(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams(query.getAll('ports').map((port): [string, string] => ['port', port]));
}
