import type { Command } from './command';
import { synth } from './synth';

/** In the order of `twelve --help`. */
export const commands: readonly Command[] = [
  synth,
];
