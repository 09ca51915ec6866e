import { sleep } from '../../base/clock';
import { resourceOf, resourcePath, type ResourceInfo } from '../../api/kinds';
import type { ApiRequest, ApiResponse, Transport, UserInfo } from '../../api/request';
import { METRICS_OBJECTS } from '../bootstrap/bootstrap-objects';
import type { ServerContext } from '../call';
import { METRICS, MetricsApi } from '../metrics/metrics-api';
import { storagePrefix } from '../registry/resource';
import type { RequestInfo } from '../request-info';
import { type ApiService, isAvailable } from './api-service';
import { examine, recordAvailability } from './availability';
import { forward, unavailable } from './forward';
import type { ServedResource, ServedVersion } from './served-version';
import { type ProxyCertificate, ServiceCaller } from './service-caller';

const INFO: ResourceInfo = resourceOf('APIService');
const USER: UserInfo = { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };
/** How often servers are asked whether they are still there; none is when there is none. */
const PERIOD = 10_000;
const PERIOD_UNAVAILABLE = 1000;

/** Groups that are not kept in the store: those that APIServices of the users lead to, and metrics.k8s.io as long as nobody else registers it. */
export class Aggregator {
  private readonly metrics: MetricsApi;
  private readonly caller: ServiceCaller;
  /** By name of the APIService: what its server said it serves. */
  private readonly served = new Map<string, readonly ServedResource[]>();
  private noticed: () => void = () => undefined;

  constructor(private readonly server: ServerContext, certificate?: ProxyCertificate) {
    this.metrics = new MetricsApi(server);
    this.caller = new ServiceCaller({ reader: server.storage, certificate, random: server.random });
  }

  /** For discovery. */
  versions(): readonly ServedVersion[] {
    const remote = this.remotes();
    const isTaken = remote.some(({ metadata }) => metadata.name === nameOf(METRICS));
    return [...(isTaken ? [] : [METRICS]), ...remote.map(({ metadata, spec = {} }): ServedVersion => ({
      group: spec.group ?? '', version: spec.version ?? '', groupPriority: spec.groupPriorityMinimum ?? 0, versionPriority: spec.versionPriority ?? 0, resources: this.served.get(metadata.name ?? ''),
    }))];
  }

  /** undefined: the request is for this server's own resources. The caller has authorized it. */
  async tryAnswer(request: ApiRequest, info: RequestInfo, user: UserInfo): Promise<ApiResponse | undefined> {
    const place = placeOf(info);
    if (!place || this.server.resources.hasBuiltInGroup(place.group)) return undefined;
    const remote = this.server.storage.tryFind(INFO, '', nameOf(place)) as ApiService | undefined;
    if (remote?.spec?.service) return isAvailable(remote) ? forward(this.caller, remote, request, info, user) : unavailable();
    if (info.isResourceRequest && nameOf(place) === nameOf(METRICS)) return this.metrics.answer(request, info);
    return undefined;
  }

  /** Keeps the conditions of APIServices true until the signal aborts. `handle` makes what this server registers itself. */
  start(handle: Transport, signal: AbortSignal): void {
    void this.follow(handle, signal);
    void this.patrol(signal);
  }

  private async follow(handle: Transport, signal: AbortSignal): Promise<void> {
    const { storage, logger, clock } = this.server;
    let seen = storage.backend.revision;
    for (const service of this.all()) await this.look(service).catch(() => undefined);
    while (!signal.aborted) {
      try {
        for await (const event of storage.backend.watch(storagePrefix(INFO), { after: seen, signal })) {
          seen = event.revision;
          const name = event.value.metadata.name ?? '';
          const known = storage.tryFind(INFO, '', name) as ApiService | undefined;
          if (known) await this.look(known);
          else await this.gone(name, handle);
        }
      } catch (error) {
        logger.error('APIServices are not followed for a moment', { error });
        seen = storage.backend.revision;
        await sleep(clock, PERIOD_UNAVAILABLE, signal);
      }
    }
  }

  private async patrol(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await Promise.race([sleep(this.server.clock, PERIOD, signal), this.untilAway(signal)]);
      if (signal.aborted) return;
      await Promise.all(this.remotes().map((service) => this.look(service).catch((error: unknown) => this.server.logger.warn('an APIService could not be looked at', { name: service.metadata.name, error }))));
    }
  }

  /** Whoever is away is asked more often. */
  private async untilAway(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => (this.noticed = resolve));
    await sleep(this.server.clock, PERIOD_UNAVAILABLE, signal);
  }

  private async look(service: ApiService): Promise<void> {
    const { verdict, resources } = await examine(this.server, this.caller, service);
    const name = service.metadata.name ?? '';
    if (resources) this.served.set(name, resources);
    else this.served.delete(name);
    await recordAvailability(this.server, service, verdict);
    if (verdict.status === 'False') this.noticed();
  }

  /** Whoever takes away a metrics server of their own gets this server's back. */
  private async gone(name: string, handle: Transport): Promise<void> {
    this.served.delete(name);
    const own = METRICS_OBJECTS.find(({ kind, metadata }) => kind === 'APIService' && metadata.name === name);
    if (own) await handle({ method: 'POST', path: resourcePath(INFO), user: USER, headers: { 'user-agent': 'kube-apiserver/v1.28' }, body: own });
  }

  private all(): readonly ApiService[] {
    return this.server.storage.all(INFO) as readonly ApiService[];
  }

  private remotes(): readonly ApiService[] {
    return this.all().filter(({ spec }) => spec?.service);
  }
}

const nameOf = ({ group, version }: { readonly group: string; readonly version: string }) => `${version}.${group}`;

/** Also the documents of discovery below a version. */
function placeOf({ isResourceRequest, group, version, path }: RequestInfo): { readonly group: string; readonly version: string } | undefined {
  if (isResourceRequest) return group ? { group, version } : undefined;
  const [, prefix, foundGroup, foundVersion] = path.split('/') as readonly (string | undefined)[];
  return prefix === 'apis' && foundGroup && foundVersion ? { group: foundGroup, version: foundVersion } : undefined;
}
