import type { Strategy } from './strategy';

interface Definition {
  readonly spec: { readonly versions?: readonly { readonly name: string; readonly storage?: boolean }[] | null };
  status?: { storedVersions?: string[] | null };
}

/** The versions that objects are stored in are on record from the start. Follows apiextensions' strategy. */
export const customResourceDefinition: Strategy = {
  prepareForCreate(object) {
    const { spec, status } = object as unknown as Definition;
    const storage = spec.versions?.find((version) => version.storage);
    if (status && storage) status.storedVersions = [storage.name];
  },

  prepareForUpdate(object) {
    const { spec, status } = object as unknown as Definition;
    const storage = spec.versions?.find((version) => version.storage);
    if (status && storage && !status.storedVersions?.includes(storage.name)) status.storedVersions = [...(status.storedVersions ?? []), storage.name];
  },
};
