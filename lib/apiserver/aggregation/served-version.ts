import type { DiscoveredResource } from '../registry/resource';

/** A version of a group that is served neither from the store nor by its definition: by a server of its own, or from what nodes measure. */
export interface ServedVersion {
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
  /** As its own discovery lists them; undefined when it did not answer. */
  readonly resources: readonly ServedResource[] | undefined;
}

export type ServedResource = DiscoveredResource;
