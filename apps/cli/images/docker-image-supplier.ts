import type { ReportedImage } from '../../../lib/api/program-report';
import { contextHash } from '../../../lib/base/build-context/build-context';
import type { ImageProgress, ImageSupplier } from '../../../lib/apply/images/image-supplier';
import type { RegistryAuth } from '../../../lib/cri/cri';
import type { ImageBuilder } from '../../../lib/cri/docker/image-builder';

export interface NodeDocker {
  readonly node: string;
  connect(): Promise<ImageBuilder>;
}

export interface DockerImageSupplierOptions {
  /** Where images are built. */
  connect(): Promise<ImageBuilder>;
  /** Further Docker hosts that run pods. */
  readonly nodes: readonly NodeDocker[];
  login(image: string): Promise<RegistryAuth | undefined>;
  /** Nothing is built, pushed or copied: images get the names they have, or would have without a digest. */
  readonly lookOnly: boolean;
}

type Report = (progress: ImageProgress) => void;

/** Builds on one Docker daemon; from there images go to a registry, or to the other hosts of the bundled runtime. */
export class DockerImageSupplier implements ImageSupplier {
  private builder: Promise<ImageBuilder> | undefined;

  constructor(private readonly options: DockerImageSupplierOptions) {}

  async supply(image: ReportedImage, onProgress: Report, signal: AbortSignal): Promise<string> {
    this.builder ??= this.options.connect();
    const builder = await this.builder;
    if (this.options.lookOnly) {
      const digest = image.push ? await builder.tryRegistryDigest(image.name, await this.options.login(image.name)) : undefined;
      return digest ? `${image.name}@${digest}` : image.name;
    }
    return image.push ? this.toRegistry(builder, image, onProgress, signal) : this.toNodes(builder, image, onProgress, signal);
  }

  private async toRegistry(builder: ImageBuilder, image: ReportedImage, onProgress: Report, signal: AbortSignal): Promise<string> {
    const { name } = image;
    const login = await this.options.login(name);
    const known = await builder.tryRegistryDigest(name, login);
    if (known) onProgress({ image: name, action: 'present', where: known });
    else await this.ensureBuilt(builder, image, onProgress, signal);
    const digest = known ?? await builder.push(name, login, (line) => onProgress({ image: name, action: 'push', line }));
    if (!known) onProgress({ image: name, action: 'pushed', where: digest });
    return `${name}@${digest}`;
  }

  private async toNodes(builder: ImageBuilder, image: ReportedImage, onProgress: Report, signal: AbortSignal): Promise<string> {
    const { name } = image;
    if (!await this.ensureBuilt(builder, image, onProgress, signal)) onProgress({ image: name, action: 'present' });
    for (const { node, connect } of this.options.nodes) {
      signal.throwIfAborted();
      const other = await connect();
      if (await other.has(name)) continue;
      await builder.copyTo(other, name);
      onProgress({ image: name, action: 'copied', where: node });
    }
    return name;
  }

  /** Resolves with whether it had to be built. */
  private async ensureBuilt(builder: ImageBuilder, image: ReportedImage, onProgress: Report, signal: AbortSignal): Promise<boolean> {
    const { name } = image;
    if (await builder.has(name)) return false;
    onProgress({ image: name, action: 'build' });
    await builder.build({ ...image, signal, onLine: (line) => onProgress({ image: name, action: 'build', line }) });
    if (!name.endsWith(`:${contextHash(image)}`)) {
      await builder.remove(name);
      throw new Error('its files have changed since the program ran; try again when they are at rest');
    }
    onProgress({ image: name, action: 'built' });
    return true;
  }
}
