/** A version of a group that is served neither from the store nor by its definition: by a server of its own, or from what nodes measure. */
export interface ServedVersion {
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
  /** As its own discovery lists them; undefined when it did not answer. */
  readonly resources: readonly ServedResource[] | undefined;
}

export interface ServedResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}
