import type { DeepReadonly } from '../../base/deep-readonly';
import type { ApiResponse } from '../../api/request';
import { badRequest, type FieldError, invalid, newStatus, StatusError } from '../../api/status-error';
import type { Pod } from '../../api/types';
import type { Call } from '../call';
import { findObject } from '../handlers/get';
import { isTrue } from '../request-info';

/** Parameters that go on to the node. */
const PASSED = ['follow', 'previous', 'sinceSeconds', 'sinceTime', 'timestamps', 'tailLines', 'limitBytes'];

/** GET pods/log: asks the node that runs the pod. Follows pkg/registry/core/pod/strategy.go, LogLocation. */
export async function log(call: Call): Promise<ApiResponse> {
  const { info, query, server, request } = call;
  const errors = optionErrors(query);
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, info.name, errors);
  const pod = findObject(call) as DeepReadonly<Pod>;
  const container = containerName(pod, query.get('container') ?? '');
  const nodeName = pod.spec.nodeName ?? '';
  if (nodeName === '') return { status: 204, headers: { 'content-type': '' } };
  const node = server.storage.tryGet('Node', { name: nodeName });
  if (!server.nodes || !node) throw new StatusError(newStatus(500, 'InternalError', `Internal error occurred: the node ${JSON.stringify(nodeName)} of the pod cannot be reached: ${node ? 'there is no connection to nodes' : 'it does not exist'}`));
  const passed = new URLSearchParams(PASSED.flatMap((name): [string, string][] => (query.has(name) ? [[name, passedValue(name, query.get(name) ?? '')]] : [])));
  const answer = await reach(() => server.nodes?.request(node, { method: 'GET', path: `/containerLogs/${info.namespace}/${info.name}/${container}`, query: passed, signal: request.signal }), nodeName);
  if (answer.status >= 400) throw await nodeRefusal(answer);
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: answer.body, stream: answer.stream };
}

const passedValue = (name: string, value: string) => (['follow', 'previous', 'timestamps'].includes(name) ? String(isTrue(value)) : value);

async function reach(ask: () => Promise<ApiResponse> | undefined, node: string): Promise<ApiResponse> {
  try {
    const answer = await ask();
    if (answer) return answer;
    throw new Error('there is no connection to nodes');
  } catch (error) {
    throw new StatusError(newStatus(500, 'InternalError', `Internal error occurred: the node ${JSON.stringify(node)} cannot be reached: ${error instanceof Error ? error.message : String(error)}`), { cause: error });
  }
}

/** The node's own words, as a Status. */
async function nodeRefusal({ status, stream, body }: ApiResponse): Promise<StatusError> {
  let text = typeof body === 'string' ? body : '';
  for await (const chunk of stream ?? []) if (chunk instanceof Uint8Array) text += Buffer.from(chunk).toString();
  if (status === 400 || status === 404) return badRequest(text.trim());
  return new StatusError(newStatus(500, 'InternalError', `Internal error occurred: ${text.trim()}`));
}

/** The container that is asked for, or the only one. Throws 400. */
export function containerName({ metadata, spec }: DeepReadonly<Pod>, asked: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const all = [...containers, ...initContainers, ...ephemeralContainers].map(({ name }) => name);
  if (asked !== '') {
    if (!all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
    return asked;
  }
  const annotated = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (containers.length === 1) return containers[0].name;
  if (annotated !== undefined && all.includes(annotated)) return annotated;
  const inits = initContainers.length > 0 ? ` or one of the init containers: [${initContainers.map(({ name }) => name).join(' ')}]` : '';
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${containers.map(({ name }) => name).join(' ')}]${inits}`);
}

function optionErrors(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = [];
  const check = (field: string, minimum: number, text: string) => {
    const value = query.get(field);
    if (value === null) return;
    if (!/^[+-]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
    if (Number(value) < minimum) errors.push({ reason: 'FieldValueInvalid', field, message: `Invalid value: ${Number(value)}: must be greater than ${text}` });
  };
  check('tailLines', 0, 'or equal to 0');
  check('limitBytes', 1, '0');
  if (query.has('sinceSeconds') && query.has('sinceTime')) errors.push({ reason: 'FieldValueForbidden', field: '', message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified' });
  check('sinceSeconds', 1, '0');
  return errors;
}
