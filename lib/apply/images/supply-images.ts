import type { ReportedImage } from '../../api/program-report';
import type { KubeObject } from '../../api/types';
import { ApplyError } from '../apply-error';
import type { Manifest } from '../load/manifest';
import type { ImageProgress, ImageSupplier } from './image-supplier';

export interface SupplyOptions {
  /** All that the program builds. Those that no object names are left alone. */
  readonly images: readonly ReportedImage[];
  readonly supplier: ImageSupplier;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImageProgress) => void;
}

/** Makes the images that the manifests name, one after the other, and gives the manifests the names they have then. */
export async function supplyImages(manifests: readonly Manifest[], { images, supplier, signal, onProgress }: SupplyOptions): Promise<readonly Manifest[]> {
  const named = textsOf(manifests.map(({ object }) => object));
  const names = new Map<string, string>();
  for (const image of images.filter(({ name }) => named.has(name))) {
    try {
      names.set(image.name, await supplier.supply(image, onProgress, signal));
    } catch (error) {
      signal.throwIfAborted();
      throw new ApplyError(`the image ${image.name} cannot be made from ${image.directory}: ${error instanceof Error ? error.message : String(error)}\nnothing was changed in the cluster`, 'build', { cause: error });
    }
  }
  return renameImages(manifests, names);
}

/** Replaces every value that is one of the names, wherever it is: custom resources name images in places of their own. Pure. */
export function renameImages(manifests: readonly Manifest[], names: ReadonlyMap<string, string>): readonly Manifest[] {
  if ([...names].every(([from, to]) => from === to)) return manifests;
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return names.get(value) ?? value;
    if (Array.isArray(value)) return value.map(replace);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)])) : value;
  };
  return manifests.map((manifest) => ({ ...manifest, object: replace(manifest.object) as KubeObject }));
}

function textsOf(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value === 'string') found.add(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) textsOf(inner, found);
  return found;
}
