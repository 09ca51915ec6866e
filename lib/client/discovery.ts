import { apiVersionOf, splitApiVersion, type ResourceInfo, tryResourceOf } from '../api/kinds';
import type { ApiRequest, Transport } from '../api/request';
import { isNotFound } from '../api/status-error';
import { answered } from './answered';

/** A resource as the server lists it, with what it can do. */
export interface ServedResource extends ResourceInfo {
  readonly verbs: readonly string[];
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean; readonly verbs: readonly string[] }[];
}
interface GroupList {
  readonly groups?: readonly { readonly preferredVersion?: { readonly groupVersion: string }; readonly versions: readonly { readonly groupVersion: string }[] }[];
}

/** What an API server serves. Kinds that come later (custom resources) are found by asking again, at most once per miss. */
export class Discovery {
  private readonly known = new Map<string, Promise<readonly ServedResource[]>>();

  constructor(private readonly transport: Transport) {}

  /** Rejects when the server has no such kind. Built-in kinds need no request. */
  async resourceOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): Promise<ResourceInfo> {
    const found = await this.tryResourceOf({ apiVersion, kind });
    if (!found) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"; install its CustomResourceDefinition first`);
    return found;
  }

  /** undefined when the server has no such kind; rejects when it cannot be asked. */
  async tryResourceOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): Promise<ResourceInfo | undefined> {
    return tryResourceOf(kind, apiVersion) ?? await this.find(apiVersion, kind) ?? this.find(apiVersion, kind, { fresh: true });
  }

  /**
   * Every resource in its group's preferred version (no subresources), asked anew each time. Groups whose server does not answer are named in `failed`:
   * who deletes everything must not believe that there is nothing.
   */
  async all(): Promise<{ readonly resources: readonly ServedResource[]; readonly failed: readonly string[] }> {
    const { groups = [] } = await this.get('/apis') as GroupList;
    const versions = ['v1', ...groups.flatMap(({ preferredVersion, versions: served }) => preferredVersion?.groupVersion ?? served[0]?.groupVersion ?? [])];
    const failed: string[] = [];
    const lists = await Promise.all(versions.map(async (apiVersion) => {
      try {
        return await this.fetch(apiVersion);
      } catch {
        failed.push(apiVersion);
        return [];
      }
    }));
    return { resources: lists.flat(), failed };
  }

  private async find(apiVersion: string, kind: string, { fresh = false } = {}): Promise<ServedResource | undefined> {
    let list = fresh ? undefined : this.known.get(apiVersion);
    if (!list) {
      list = this.fetch(apiVersion).catch((error: unknown) => {
        this.known.delete(apiVersion);
        if (isNotFound(error)) return [];
        throw error;
      });
      this.known.set(apiVersion, list);
    }
    return (await list).find((resource) => resource.kind === kind);
  }

  private async fetch(apiVersion: string): Promise<readonly ServedResource[]> {
    const { group, version } = splitApiVersion(apiVersion);
    const { resources = [] } = await this.get(`/${group ? 'apis' : 'api'}/${apiVersionOf({ group, version })}`) as ResourceList;
    return resources.filter(({ name }) => !name.includes('/')).map(({ name, kind, namespaced, verbs }) => ({ group, version, kind, resource: name, namespaced, verbs }));
  }

  private async get(path: string): Promise<unknown> {
    const request: ApiRequest = { method: 'GET', path, headers: { accept: 'application/json' } };
    return answered(await this.transport(request), request).body;
  }
}
