import { toTime } from '../../base/clock';
import { resourceOf, type ResourceInfo } from '../../api/kinds';
import { resetFieldsOf } from '../../api/managed-fields/reset-fields';
import { updateManagedFields } from '../../api/managed-fields/update';
import type { KubeObject } from '../../api/types';
import { StoreError } from '../../store/backend';
import { deepEqual } from '../any-object';
import type { ServerContext } from '../call';
import { type ApiService, type Condition, withAvailability } from './api-service';
import { forwardedHeaders } from './forward';
import type { ServedResource } from './served-version';
import { bytesOf, type ServiceCaller } from './service-caller';
import { serviceAddresses } from './service-endpoint';

type Verdict = Omit<Condition, 'type' | 'lastTransitionTime'>;

const INFO: ResourceInfo = resourceOf('APIService');
const CHECKER = { username: 'system:kube-aggregator', groups: ['system:masters'] };
const PATIENCE = 5000;

const available = (reason: string, message: string): Verdict => ({ status: 'True', reason, message });
const unavailable = (reason: string, message: string): Verdict => ({ status: 'False', reason, message });

/** What a look at the server behind an APIService found. */
export interface Finding {
  readonly verdict: Verdict;
  readonly resources?: readonly ServedResource[];
}

/** Whether an APIService leads to a server that answers, and what that serves. Follows the availability controller of kube-aggregator 1.28. */
export async function examine({ storage, clock }: ServerContext, caller: ServiceCaller, { spec = {} }: ApiService): Promise<Finding> {
  const { service, group = '', version = '', caBundle, insecureSkipTLSVerify: insecure } = spec;
  if (!service) return { verdict: available('Local', 'Local APIServices are always available') };
  const reference = { namespace: service.namespace, name: service.name ?? '' };
  const addresses = serviceAddresses(service, storage.tryGet('Service', reference), storage.tryGet('Endpoints', reference));
  if ('reason' in addresses) return { verdict: unavailable(addresses.reason, addresses.message) };
  const patience = new AbortController();
  const cancel = clock.setTimer(PATIENCE, () => patience.abort());
  try {
    const { response, url } = await caller.call(service, { caBundle, insecure }, { method: 'GET', path: `/apis/${group}/${version}`, headers: forwardedHeaders({}, CHECKER), signal: patience.signal });
    const bytes = await bytesOf(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 399) return { verdict: unavailable('FailedDiscoveryCheck', `failing or missing response from ${url}: bad status from ${url}: ${status}`) };
    return { verdict: available('Passed', 'all checks passed'), resources: resourcesIn(bytes) };
  } catch (error) {
    return { verdict: unavailable('FailedDiscoveryCheck', `failing or missing response from ${service.namespace}/${service.name}: ${error instanceof Error ? error.message : String(error)}`) };
  } finally {
    cancel();
  }
}

/** Writes the verdict if it is news; somebody else's change in between is left to the next look. */
export async function recordAvailability({ storage, clock }: ServerContext, known: ApiService, verdict: Verdict): Promise<void> {
  const time = toTime(clock.now());
  const conditions = withAvailability(known.status?.conditions, verdict, time);
  if (deepEqual(conditions, known.status?.conditions)) return;
  const updated = structuredClone({ ...known, status: { ...known.status, conditions } }) as KubeObject;
  updateManagedFields({ live: known as KubeObject, updated, manager: 'kube-apiserver', subresource: 'status', apiVersion: known.apiVersion, time, resetFields: resetFieldsOf(INFO, 'status') });
  try {
    await storage.update(INFO, updated, known.metadata.resourceVersion);
  } catch (error) {
    if (!(error instanceof StoreError) || (error.reason !== 'Conflict' && error.reason !== 'NotFound' && error.reason !== 'Closed')) throw error;
  }
}

function resourcesIn(bytes: Buffer): readonly ServedResource[] {
  try {
    return (JSON.parse(bytes.toString('utf8')) as { readonly resources?: readonly ServedResource[] | null }).resources ?? [];
  } catch {
    return [];
  }
}
