import { backoffDelay } from '../base/backoff';
import type { RegistryAuth, RuntimeImage } from '../cri/cri';
import { formatMilliseconds } from './crash-backoff';
import { containerReference, type KubeletContext, type ReadonlyContainer, type ReadonlyPod } from './kubelet-context';
import type { ImageRecords } from './image-records';
import { registryLogins } from './registry-auth';
import { SyncError } from './waiting-reason';

const BACKOFF = { initial: 10_000, maximum: 300_000 };
const REFERENCE = /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+|\/)[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,})?$/;

/** Makes sure that images are on the node. One pull per image at a time, however many pods ask; failures are backed off per pod and image. */
export class ImagePuller {
  private readonly pulls = new Map<string, Promise<string>>();
  private readonly failures = new Map<string, { readonly count: number; readonly at: number; readonly message: string }>();

  constructor(private readonly context: KubeletContext, private readonly records: ImageRecords) {}

  /** Rejects with SyncError in upstream's words. */
  async ensureImage(pod: ReadonlyPod, container: ReadonlyContainer): Promise<RuntimeImage> {
    const image = container.image ?? '';
    const event = (type: 'Normal' | 'Warning', reason: string, message: string) => this.context.events.event(containerReference(pod, container.name), type, reason, message);
    if (!REFERENCE.test(image)) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
      event('Warning', 'InspectFailed', message);
      throw new SyncError('InvalidImageName', message);
    }
    const policy = container.imagePullPolicy ?? (/:latest$|^[^:@]*$/.test(image.split('/').at(-1) ?? '') ? 'Always' : 'IfNotPresent');
    const present = policy === 'Always' ? undefined : await this.context.cri.imageStatus(image);
    if (present) {
      event('Normal', 'Pulled', `Container image "${image}" already present on machine`);
      return present;
    }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      event('Warning', 'ErrImageNeverPull', message);
      throw new SyncError('ErrImageNeverPull', message);
    }
    return this.pull(pod, image, event);
  }

  /** Forgets the failures of a pod that is gone. */
  forget(podUid: string): void {
    for (const key of this.failures.keys()) if (key.startsWith(`${podUid}/`)) this.failures.delete(key);
  }

  private async pull(pod: ReadonlyPod, image: string, event: (type: 'Normal' | 'Warning', reason: string, message: string) => void): Promise<RuntimeImage> {
    const { clock, cri } = this.context;
    const key = `${pod.metadata.uid}/${image}`;
    const failed = this.failures.get(key);
    const retryAt = failed ? failed.at + backoffDelay(failed.count, BACKOFF) : 0;
    if (failed && clock.now() < retryAt) {
      const message = `Back-off pulling image "${image}"`;
      event('Normal', 'BackOff', message);
      throw new SyncError('ImagePullBackOff', message, { retryAt });
    }
    event('Normal', 'Pulling', `Pulling image "${image}"`);
    const started = clock.now();
    const wasHere = await cri.imageStatus(image).then((status) => status !== undefined, () => true);
    try {
      await this.pullWithLogins(image, await registryLogins(this.context, pod, image));
      const status = await cri.imageStatus(image);
      if (!status) throw new Error(`the image "${image}" is not there after it was pulled`);
      this.failures.delete(key);
      if (!wasHere) await this.records.pulled(image, status.id);
      const took = formatMilliseconds(clock.now() - started);
      event('Normal', 'Pulled', `Successfully pulled image "${image}" in ${took} (${took} including waiting)`);
      return status;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const count = (failed?.count ?? 0) + 1;
      this.failures.set(key, { count, at: clock.now(), message });
      event('Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
      throw new SyncError('ErrImagePull', message, { cause: error, retryAt: clock.now() + backoffDelay(count, BACKOFF) });
    }
  }

  /** As upstream each login that fits is tried, the last failure is told. */
  private async pullWithLogins(image: string, logins: readonly RegistryAuth[]): Promise<void> {
    const [login, ...others] = logins;
    try {
      await this.pullOnce(image, login);
    } catch (error) {
      if (others.length === 0) throw error;
      await this.pullWithLogins(image, others);
    }
  }

  private pullOnce(image: string, auth: RegistryAuth | undefined): Promise<string> {
    const key = `${image} ${auth ? JSON.stringify(auth) : ''}`;
    const running = this.pulls.get(key) ?? this.context.cri.pullImage(image, auth).finally(() => this.pulls.delete(key));
    this.pulls.set(key, running);
    return running;
  }
}
