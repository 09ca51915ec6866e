import type { Command } from '../command';
import { nodeAdd } from './add';
import { nodeDrain } from './drain';
import { nodeJoin } from './join';
import { nodeLeave } from './leave';
import { nodeList } from './list';
import { nodeRemove } from './remove';

/** `twelve node …`: the Docker hosts of the bundled runtime. */
export const node: Command = {
  name: 'node',
  summary: 'Docker hosts as nodes: of the bundled runtime (add, list, drain, remove), or of another cluster (join, leave)',
  commands: [nodeAdd, nodeList, nodeDrain, nodeRemove, nodeJoin, nodeLeave],
  run: () => Promise.reject(new Error('say what to do with nodes: add, list, drain, remove, join or leave')),
};
