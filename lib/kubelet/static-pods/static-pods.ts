import { nameOf, namespaceOf, uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';
import { mirroredHash } from './annotations';
import { readManifests, watchManifests, type Manifest } from './manifest-directory';
import { MirrorPods } from './mirror-pods';
import { staticPod } from './static-pod';

const RETRY = 5_000;

export interface StaticPodsConfig {
  readonly directory: string;
  /** The node runs this pod from now on. */
  readonly run: (pod: ReadonlyPod) => void;
  /** Its manifest is gone. */
  readonly end: (pod: ReadonlyPod) => void;
  /** The pod's mirror is new: it shows no status yet. */
  readonly mirrored: (uid: string) => void;
}

/** The pods of the manifests in a directory of the node, and their mirrors in the API. Works without the API; what is wrong with a manifest is logged and leaves the others alone. */
export class StaticPods {
  private wanted = new Map<string, ReadonlyPod>();
  /** What runs or ends, by uid. */
  private readonly present = new Map<string, ReadonlyPod>();
  private readonly mirrors: MirrorPods;
  private readonly complained = new Map<string, string>();
  private cancelRetry = () => {};

  constructor(private readonly context: KubeletContext, private readonly config: StaticPodsConfig) {
    this.mirrors = new MirrorPods(context);
  }

  /** Resolves when the manifests have been read for the first time; follows them until the signal aborts. */
  async start(signal: AbortSignal): Promise<void> {
    await watchManifests(this.config.directory, () => void this.read(), { clock: this.context.clock, signal });
    await this.read();
  }

  /** Reads the manifests again. Never rejects. */
  async read(): Promise<void> {
    const manifests = await readManifests(this.config.directory).catch((error: unknown) => {
      this.context.logger.warn('the manifests of static pods could not be read', { directory: this.config.directory, error });
      return undefined;
    });
    if (!manifests) return;
    const pods = manifests.map((manifest) => this.tryParse(manifest)).filter((pod) => pod !== undefined);
    this.wanted = new Map(pods.map((pod) => [uidOf(pod), this.present.get(uidOf(pod)) ?? pod]));
    this.reconcile();
  }

  /** The mirrors that the API has, as it tells of them. */
  async observeMirror(mirror: ReadonlyPod, change: 'added' | 'modified' | 'deleted'): Promise<void> {
    const hash = mirroredHash(mirror) ?? '';
    const shown = this.wanted.get(hash);
    if (change === 'deleted') {
      if (shown) await this.mirror(shown);
    } else if (mirror.metadata.deletionTimestamp || !shown) await this.mirrors.remove(mirror);
    else if (change === 'added') this.config.mirrored(hash);
  }

  /** A pod has left nothing behind: another of its name may start. */
  gone(uid: string): void {
    if (this.present.delete(uid)) this.reconcile();
  }

  has(uid: string): boolean {
    return this.present.has(uid);
  }

  private reconcile(): void {
    for (const [uid, pod] of this.present) if (!this.wanted.has(uid)) this.endPod(pod);
    for (const [uid, pod] of this.wanted) {
      const namesake = [...this.present.values()].some((other) => nameOf(other) === nameOf(pod) && namespaceOf(other) === namespaceOf(pod));
      if (this.present.has(uid) || namesake) continue;
      this.present.set(uid, pod);
      this.config.run(pod);
      void this.mirror(pod);
    }
  }

  private endPod(pod: ReadonlyPod): void {
    this.config.end(pod);
    const mirror = this.context.lister.tryGet('Pod', { namespace: namespaceOf(pod), name: nameOf(pod) });
    if (mirror && mirroredHash(mirror) === uidOf(pod)) void this.mirrors.remove(mirror);
  }

  private async mirror(pod: ReadonlyPod): Promise<void> {
    if (await this.mirrors.ensure(pod)) return;
    this.cancelRetry();
    this.cancelRetry = this.context.clock.setTimer(RETRY, () => { for (const one of this.wanted.values()) void this.mirror(one); });
  }

  private tryParse({ file, text }: Manifest): ReadonlyPod | undefined {
    try {
      const pod = staticPod({ nodeName: this.context.nodeName, file, text, now: this.context.clock.now() });
      this.complained.delete(file);
      return pod;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (this.complained.get(file) !== why) this.complain(file, why);
      return undefined;
    }
  }

  private complain(file: string, why: string): void {
    const { events, logger, nodeName } = this.context;
    this.complained.set(file, why);
    logger.warn('the manifest of a static pod is refused', { file, why });
    events.event({ apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, uid: nodeName } }, 'Warning', 'FailedValidation', `Error validating pod of ${file}: ${why}`);
  }
}
