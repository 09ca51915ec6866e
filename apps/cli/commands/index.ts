import type { Command } from './command';
import { doctor } from './doctor';
import { down } from './down';
import { kubeconfig } from './kubeconfig';
import { stop } from './stop';
import { synth } from './synth';
import { up } from './up';

/** In the order of `twelve --help`. */
export const commands: readonly Command[] = [
  synth,
  up,
  stop,
  down,
  kubeconfig,
  doctor,
];
