import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, inject } from 'vitest';
import { useNamespace } from './case';
import { type CommandOptions, type CommandResult, run, tryRun } from './command';
import type { Kubectl } from './kubectl';

const CLI = path.resolve(__dirname, '../../../build/apps/cli/main.js');

/** A folder for a program, and a namespace for what it makes; both are removed afterwards. */
export interface ApplicationCase {
  readonly kubectl: Kubectl;
  readonly namespace: string;
  readonly folder: string;
  /** Writes a file of the folder. */
  write(name: string, text: string): void;
  /** Standard output of the command line, run in the folder with the cluster and the namespace as its target; throws when it fails. */
  twelve(words: readonly string[], options?: CommandOptions): Promise<string>;
  try(words: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Runs a command in the newest pod of a process that is not ending: what `kubectl exec deployment/…` takes may be an old one that ends just then. */
  exec(process: string, ...command: readonly string[]): Promise<string>;
  /** The same as words for Node.js, for programs that start it. */
  words(words: readonly string[]): readonly string[];
}

export function useApplication(label: string): ApplicationCase {
  const { kubectl, namespace } = useNamespace(label);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `twelve-${label}-`));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  const words = ([verb, ...rest]: readonly string[]) => [CLI, verb, '--kubeconfig', inject('kubeconfig'), '-n', namespace, ...rest];
  const settings = ({ env, ...options }: CommandOptions) => ({ cwd: folder, ...options, env: { NO_COLOR: '1', ...env } });
  return {
    kubectl, namespace, folder, words,
    write(name, text) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text);
    },
    async exec(process, ...command) {
      const { items } = JSON.parse(await kubectl(['get', 'pods', '-l', `app.kubernetes.io/component=${process}`, '--sort-by=.metadata.creationTimestamp', '-o', 'json'])) as { readonly items: readonly { readonly metadata: { readonly name: string; readonly deletionTimestamp?: string } }[] };
      const pod = items.filter(({ metadata }) => !metadata.deletionTimestamp).at(-1);
      if (!pod) throw new Error(`the process ${process} has no pod`);
      return kubectl(['exec', pod.metadata.name, '--', ...command]);
    },
    twelve: (line, options = {}) => run(process.execPath, words(line), settings(options)),
    try: (line, options = {}) => tryRun(process.execPath, words(line), settings(options)),
  };
}
