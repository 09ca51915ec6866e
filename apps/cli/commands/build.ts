import { openImageSupplier } from '../images/open-image-supplier';
import { printBuild } from '../output/text-printer';
import type { Command } from './command';
import { loadArguments } from './manifest-options';
import { environmentOption, programArgument } from './program-options';
import { runtimeOptions } from './target-options';

/** `twelve build`: the images of a program, without applying it. */
export const build: Command = {
  name: 'build',
  summary: 'Build the images of a program, and bring them to its registry or nodes',
  arguments: [programArgument],
  options: [...runtimeOptions, environmentOption],
  examples: ['twelve build', 'twelve build apps/shop.ts --env prod'],

  async run(invocation) {
    const { out, signal } = invocation;
    const { images, what } = await loadArguments(invocation);
    if (images.length === 0) return out.line(`build    ${what} builds no image (Image.build)`);
    const supplier = await openImageSupplier(invocation);
    for (const image of images) out.line(`done     ${await supplier.supply(image, (progress) => printBuild(out, progress), signal)}`);
    return undefined;
  },
};
