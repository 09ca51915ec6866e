import type { Container } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';

const SHELLS = /^(.*\/)?(ba|da|a|z|k)?sh$/;

/** The words that a container starts with, where the manifest says so. */
export const startOf = ({ command = [], args = [] }: DeepReadonly<Container>): readonly string[] => [...command, ...args];

export interface Script {
  readonly text: string;
  /** Where it is in the container: `command[2]`, `args[0]`. */
  readonly field: string;
}

/** The script of `sh -c '…'`, when that is the first process of a container; undefined otherwise. Images without a command in the manifest are not known. */
export function tryScript(container: DeepReadonly<Container>): Script | undefined {
  if (!container.command?.length) return undefined;
  const [shell, ...words] = startOf(container);
  if (!SHELLS.test(shell)) return undefined;
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  const at = flag + 2 - container.command.length;
  return flag < 0 || words[flag + 1] === undefined ? undefined : { text: words[flag + 1], field: at < 0 ? `command[${flag + 2}]` : `args[${at}]` };
}

/** Marks that stand for what was taken out of a script. */
const TEXT = 'TEXT';

/** A script without comments, the text in quotes, and redirections, so that what is left of `&` and `;` joins commands. */
function skeleton(script: string): string {
  return script
    .replace(/\\\n/g, ' ')
    .replace(/'[^']*'|"(?:\\.|[^"\\])*"/g, TEXT)
    .replace(/(^|\s)#.*$/gm, '$1')
    .replace(/\$\([^()]*\)|`[^`]*`/g, TEXT)
    .replace(/\d*[<>]+&[\d-]?|(?:\d*|&)>+\s*[^\s;&|]*|<\s*[^\s;&|]+/g, ' ');
}

/** The simple commands of a script, in their order; loops and conditions are taken apart. */
export const commandsIn = (script: string): readonly string[] => skeleton(script).split(/&&|\|\||[;&\n|]/).map((command) => command.trim()).filter(Boolean);

/** How many commands a script starts and goes on without waiting for them. */
export const countBackground = (script: string): number => skeleton(script).split(/&&/).join(' ').split('&').length - 1;

/** Whether a script does something about signals itself. */
export const handlesSignals = (script: string): boolean => commandsIn(script).some((command) => command.startsWith('trap '));
