import type { k8s } from './kubernetes';

export interface ImageOptions {
  /** When a node asks the registry. @default IfNotPresent */
  readonly pullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
}

/** What a process runs: one build, the same in every environment (factor V). */
export class Image {
  /** An image that exists: `wordpress:6.1-apache`, `registry.example.com/shop@sha256:…`. A tag or digest is required, or two hosts may run two versions. */
  static reference(name: string, options: ImageOptions = {}): Image {
    if (!/^[a-z0-9]([a-zA-Z0-9._:/@-]*[a-zA-Z0-9])?$/.test(name)) throw new Error(`Image.reference: "${name}" is not an image's name; write it as name:tag, for example nginx:1.27`);
    const last = name.slice(name.lastIndexOf('/') + 1);
    if (!last.includes(':') && !last.includes('@')) throw new Error(`Image.reference: "${name}" has no tag, which means whatever is newest at the moment; write ${name}:<version>`);
    return new Image(name, options.pullPolicy ?? 'IfNotPresent');
  }

  private constructor(readonly name: string, private readonly pullPolicy: NonNullable<ImageOptions['pullPolicy']>) {}

  /** @internal */
  _toKube(): Pick<k8s.Container, 'image' | 'imagePullPolicy'> {
    return { image: this.name, imagePullPolicy: this.pullPolicy };
  }
}
