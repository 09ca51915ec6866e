import type { Command } from './command';

/** By name, in the order of `twelve --help`. A command line loads its own command alone: the others are 55 modules that it has no use for. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.js')).init,
  synth: async () => (await import('./synth.js')).synth,
  build: async () => (await import('./build.js')).build,
  check: async () => (await import('./check.js')).check,
  explain: async () => (await import('./explain.js')).explain,
  graph: async () => (await import('./graph.js')).graph,
  diff: async () => (await import('./diff.js')).diff,
  apply: async () => (await import('./apply.js')).apply,
  history: async () => (await import('./history.js')).history,
  rollback: async () => (await import('./rollback.js')).rollback,
  drift: async () => (await import('./drift.js')).drift,
  run: async () => (await import('./run.js')).run,
  exec: async () => (await import('./exec.js')).exec,
  scale: async () => (await import('./scale.js')).scale,
  restart: async () => (await import('./restart.js')).restart,
  status: async () => (await import('./status.js')).status,
  logs: async () => (await import('./logs.js')).logs,
  delete: async () => (await import('./delete.js')).deleteCommand,
  up: async () => (await import('./up.js')).up,
  stop: async () => (await import('./stop.js')).stop,
  down: async () => (await import('./down.js')).down,
  node: async () => (await import('./node/index.js')).node,
  kubeconfig: async () => (await import('./kubeconfig.js')).kubeconfig,
  doctor: async () => (await import('./doctor.js')).doctor,
};
