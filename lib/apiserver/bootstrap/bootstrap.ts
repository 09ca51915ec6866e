import { resourceOf, resourcePath } from '../../api/kinds';
import type { ApiResponse, Transport, UserInfo } from '../../api/request';
import { StatusError } from '../../api/status-error';
import type { KubeObject, meta, PolicyRule } from '../../api/types';
import { uncoveredRules } from '../auth/rbac';
import { type BootstrapObject, bootstrapObjects, kubernetesService, METRICS_OBJECTS, type ServerAddress } from './bootstrap-objects';

const USER: UserInfo = { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };
const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

/**
 * Makes what every cluster has: default namespaces, roles, bindings, priority classes, flow schemas and the Service of the API server itself. May be called
 * (and `more` of the installation, in their order) at every start: what exists stays as it is, except that default roles get back rules they lost and the Service follows the server's address.
 */
export async function bootstrap(handle: Transport, server: ServerAddress, more: readonly BootstrapObject[] = []): Promise<void> {
  const call = caller(handle);
  for (const objects of [...bootstrapObjects(), METRICS_OBJECTS]) await Promise.all(objects.map((object) => ensure(call, object)));
  for (const object of more) await ensure(call, object);
  for (const object of kubernetesService(server)) await replace(call, object);
}

type Call = (method: string, object: KubeObject, options?: { readonly named?: boolean }) => Promise<{ readonly status: number; readonly object: KubeObject }>;

function caller(handle: Transport): Call {
  return async (method, object, { named = method !== 'POST' } = {}) => {
    const { namespace, name } = object.metadata;
    const path = resourcePath(resourceOf(object.kind, object.apiVersion), { namespace, name: named ? name : undefined });
    const answer = await handle({ method, path, user: USER, headers: { 'user-agent': 'kube-apiserver/v1.28' }, ...(method !== 'GET' && { body: object }) });
    if (answer.status >= 400 && answer.status !== 404 && answer.status !== 409) throw refusal(answer, method, path);
    return { status: answer.status, object: answer.body as KubeObject };
  };
}

async function ensure(call: Call, wanted: BootstrapObject): Promise<void> {
  const { status, object } = await call('GET', wanted);
  if (status === 404) await call('POST', wanted);
  else if (missingRules(object, wanted).length > 0) await call('PUT', { ...object, rules: [...((object as BootstrapObject).rules ?? []), ...missingRules(object, wanted)] } as KubeObject);
}

/** Default roles follow the version that runs unless their annotation says otherwise. */
function missingRules(existing: BootstrapObject, wanted: BootstrapObject): readonly PolicyRule[] {
  if (!wanted.rules || existing.metadata.annotations?.[AUTOUPDATE] === 'false') return [];
  return uncoveredRules(existing.rules ?? [], wanted.rules) as readonly PolicyRule[];
}

async function replace(call: Call, wanted: KubeObject): Promise<void> {
  const { status, object } = await call('GET', wanted);
  if (status === 404) await call('POST', wanted);
  else await call('PUT', { ...wanted, metadata: { ...wanted.metadata, resourceVersion: object.metadata.resourceVersion } });
}

function refusal({ body }: ApiResponse, method: string, path: string): Error {
  return new Error(`the API server could not make its own objects: ${method} ${path}`, { cause: new StatusError(body as meta.Status) });
}

