import { apply } from './apply';
import { build } from './build';
import { check } from './check';
import type { Command } from './command';
import { deleteCommand } from './delete';
import { graph } from './graph';
import { init } from './init';
import { exec } from './exec';
import { explain } from './explain';
import { diff } from './diff';
import { doctor } from './doctor';
import { down } from './down';
import { drift } from './drift';
import { history } from './history';
import { kubeconfig } from './kubeconfig';
import { logs } from './logs';
import { node } from './node/index';
import { restart } from './restart';
import { rollback } from './rollback';
import { run } from './run';
import { scale } from './scale';
import { status } from './status';
import { stop } from './stop';
import { synth } from './synth';
import { up } from './up';

/** In the order of `twelve --help`. */
export const commands: readonly Command[] = [
  init,
  synth,
  build,
  check,
  explain,
  graph,
  diff,
  apply,
  history,
  rollback,
  drift,
  run,
  exec,
  scale,
  restart,
  status,
  logs,
  deleteCommand,
  up,
  stop,
  down,
  node,
  kubeconfig,
  doctor,
];
