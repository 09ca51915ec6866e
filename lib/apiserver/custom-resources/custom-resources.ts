import { toTime } from '../../base/clock';
import { apiVersionOf, resourceOf, type ResourceInfo } from '../../api/kinds';
import { resetFieldsOf } from '../../api/managed-fields/reset-fields';
import { updateManagedFields } from '../../api/managed-fields/update';
import { StoreError } from '../../store/backend';
import { deepEqual } from '../any-object';
import type { ServerContext } from '../call';
import { storagePrefix } from '../registry/resource';
import { type Definition, isTrueCondition } from './definition';
import { namingStatus } from './naming';
import { servedResources } from './served';

/**
 * Keeps what is served in step with the stored definitions: gives each its names, serves it once they are accepted, and takes its objects away before
 * it goes. Follows apiextensions' naming, establishing and finalizing controllers.
 */
export class CustomResources {
  private readonly info: ResourceInfo = resourceOf('CustomResourceDefinition');

  constructor(private readonly server: ServerContext) {}

  /** Resolves when the definitions that exist are served; follows changes until the signal aborts. */
  async start(signal: AbortSignal): Promise<void> {
    const prefix = storagePrefix(this.info);
    const { backend } = this.server.storage;
    const { entries, revision } = backend.list(prefix);
    for (const { value } of entries) await this.sync(value.metadata.name ?? '');
    void this.follow(prefix, revision, signal);
  }

  private async follow(prefix: string, after: number, signal: AbortSignal): Promise<void> {
    let seen = after;
    while (!signal.aborted) {
      try {
        for await (const event of this.server.storage.backend.watch(prefix, { after: seen, signal })) {
          seen = event.revision;
          await this.sync(event.value.metadata.name ?? '');
        }
      } catch (error) {
        this.server.logger.error('custom resources are not followed for a moment', { error });
        seen = this.server.storage.backend.revision;
        for (const { metadata } of this.definitions()) await this.sync(metadata.name ?? '');
      }
    }
  }

  private definitions(): readonly Definition[] {
    return this.server.storage.all(this.info) as unknown as readonly Definition[];
  }

  /** A conflict is left to the event of the write that won. */
  private async sync(name: string): Promise<void> {
    const { storage, resources } = this.server;
    const definition = storage.tryFind(this.info, '', name) as unknown as Definition | undefined;
    if (!definition) {
      resources.setCustom(name, []);
      return;
    }
    try {
      if (definition.metadata.deletionTimestamp) await this.takeDown(definition);
      else await this.serve(definition);
    } catch (error) {
      if (!(error instanceof StoreError) || (error.reason !== 'Conflict' && error.reason !== 'NotFound' && error.reason !== 'Closed')) throw error;
    }
  }

  private async serve(definition: Definition): Promise<void> {
    const { storage, resources, clock } = this.server;
    const status = namingStatus(definition, this.definitions(), toTime(clock.now()));
    const updated: Definition = { ...definition, status };
    resources.setCustom(definition.metadata.name ?? '', isTrueCondition(updated, 'Established') ? servedResources(updated) : []);
    if (deepEqual(status, definition.status)) return;
    const stored = structuredClone(updated);
    updateManagedFields({ live: definition, updated: stored, manager: 'kube-apiserver', subresource: 'status', apiVersion: apiVersionOf(this.info), time: toTime(clock.now()), resetFields: resetFieldsOf(this.info, 'status') });
    await storage.update(this.info, stored, definition.metadata.resourceVersion);
  }

  private async takeDown(definition: Definition): Promise<void> {
    const { storage, resources } = this.server;
    const { backend } = storage;
    const { group, names } = definition.spec;
    for (const { key } of backend.list(storagePrefix({ group, resource: names.plural })).entries) await backend.delete(key).catch(ignoreMissing);
    resources.setCustom(definition.metadata.name ?? '', []);
    const current = storage.tryFind(this.info, '', definition.metadata.name ?? '');
    if (current?.metadata.deletionTimestamp) await storage.remove(this.info, current);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof StoreError) || error.reason !== 'NotFound') throw error;
}
