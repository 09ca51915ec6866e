import * as path from 'node:path';
import type { ReportedImage } from '../api/program-report';
import { contextHash } from '../base/build-context/build-context';
import type { k8s } from './kubernetes';
import { programFolder } from './program-folder';

export interface ImageOptions {
  /** When a node asks the registry. @default IfNotPresent */
  readonly pullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
}

export interface ImageBuildOptions {
  /** Registry that the image is pushed to, and pulled from by the nodes: `registry.example.com`, `registry.example.com:5000/team`. @default none: the image is put on the nodes of the bundled runtime */
  readonly registry?: string;
  /** Name of the image, without tag. @default the last word of the directory, `app` for the program's own */
  readonly repository?: string;
  /** Relative to the directory. @default Dockerfile */
  readonly dockerfile?: string;
  /** Stage to build. @default the last */
  readonly target?: string;
  /** Values for `ARG`. They stay readable in the image: not for secrets. @default none */
  readonly buildArguments?: Readonly<Record<string, string>>;
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

  /**
   * An image that `twelve apply` (or `twelve build`) builds with Docker from a folder with a Dockerfile, honouring `.dockerignore`. Its tag is a hash of what it is built from, so that it is built only when that
   * changes, and a change rolls the processes. No Docker is needed to synthesize.
   * @param directory relative to the program's folder
   */
  static build(directory: string, options: ImageBuildOptions = {}): Image {
    const what = `Image.build("${directory}")`;
    const { dockerfile = 'Dockerfile', target, buildArguments = {} } = options;
    const folder = path.resolve(programFolder(), directory);
    const relative = path.posix.normalize(dockerfile);
    if (path.isAbsolute(relative) || relative.startsWith('..')) throw new Error(`${what}: the Dockerfile ${dockerfile} is outside of ${folder}; build a folder that contains it, or move it there`);
    const repository = checkRepository(what, [options.registry?.replace(/\/+$/, ''), options.repository ?? defaultRepository(directory)].filter(Boolean).join('/'));
    const image: ReportedImage = {
      name: `${repository}:${explained(what, () => contextHash({ directory: folder, dockerfile: relative, target, buildArguments }))}`,
      directory: folder, dockerfile: relative, ...(target && { target }), buildArguments, push: options.registry !== undefined || isHost(repository.split('/')),
    };
    built.set(image.name, image);
    return new Image(image.name, image.push ? 'IfNotPresent' : 'Never');
  }

  /** @internal What has been asked for by `Image.build` in this process. */
  static _built(): readonly ReportedImage[] {
    return [...built.values()];
  }

  private constructor(readonly name: string, private readonly pullPolicy: NonNullable<ImageOptions['pullPolicy']>) {}

  /** @internal */
  _toKube(): Pick<k8s.Container, 'image' | 'imagePullPolicy'> {
    return { image: this.name, imagePullPolicy: this.pullPolicy };
  }
}

/** An image is written before any construct that uses it, so there is no tree to keep it in. By name, which stands for the content. */
const built = new Map<string, ReportedImage>();

/** Not the name of the checkout's own folder, which is another one on every machine. */
function defaultRepository(directory: string): string {
  const last = path.basename(path.normalize(directory)).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return last || 'app';
}

function checkRepository(what: string, repository: string): string {
  const words = repository.split('/');
  if (words.slice(isHost(words) ? 1 : 0).every((word) => /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/.test(word))) return repository;
  throw new Error(`${what}: "${repository}" is not the name of an image; use lower-case words with / between them and neither https:// nor a tag, for example registry.example.com/team/shop`);
}

/** As Docker tells a registry from a folder: it has a dot or a port, or is localhost. */
const isHost = ([first, ...rest]: readonly string[]) => rest.length > 0 && /^(localhost|[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9-]+(?=:)|\[[0-9a-f:]+\])(:\d+)?$/.test(first);

function explained<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
