import type { ResourceInfo } from '../../api/kinds';
import { loadBuiltInResources, type Resource } from './resource';

/** All that is served: built-in resources, and custom ones as their definitions come and go. */
export class ResourceTable {
  private readonly builtIn = new Map<string, Resource>();
  private readonly custom = new Map<string, Resource>();

  constructor() {
    for (const resource of loadBuiltInResources()) this.builtIn.set(keyOf(resource), resource);
  }

  tryFind(group: string, version: string, resource: string): Resource | undefined {
    const key = keyOf({ group, version, resource });
    return this.builtIn.get(key) ?? this.custom.get(key);
  }

  hasGroup(group: string): boolean {
    return this.all().some((resource) => resource.group === group);
  }

  hasBuiltInGroup(group: string): boolean {
    return this.builtIns().some((resource) => resource.group === group);
  }

  builtIns(): readonly Resource[] {
    return [...this.builtIn.values()];
  }

  customs(): readonly Resource[] {
    return [...this.custom.values()];
  }

  all(): readonly Resource[] {
    return [...this.builtIn.values(), ...this.custom.values()];
  }

  /** Replaces what one definition serves. */
  setCustom(definition: string, resources: readonly Resource[]): void {
    for (const [key, resource] of this.custom) if (resource.custom?.definition === definition) this.custom.delete(key);
    for (const resource of resources) this.custom.set(keyOf(resource), resource);
  }
}

const keyOf = ({ group, version, resource }: Pick<ResourceInfo, 'group' | 'version' | 'resource'>) => `${group}/${version}/${resource}`;
