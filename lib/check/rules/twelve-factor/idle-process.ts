import { commandsIn, startOf, tryScript } from '../../shell';
import type { CheckedContainer } from '../../pod-templates';
import type { Rule } from '../../rule';

const HOUR = 3600;
const KINDS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

const toolbox = (command: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: console }
spec:
  selector: { matchLabels: { app: console } }
  template:
    metadata: { labels: { app: console } }
    spec:
      containers: [{ name: console, image: shop:1.4.2, command: ${command} }]
`;

/** A pod that only waits until somebody uses kubectl exec in it (factor XII). */
export const idleProcess: Rule = {
  id: 'idle-process',
  severity: 'warning',
  summary: 'A process does nothing but wait',
  why: 'It is mostly there for admin tasks by kubectl exec. It keeps memory, has all credentials and waits for whoever gets in; and its image and configuration are those of the day it was made. An admin process is a Job of the release that runs, which ends when it is done.',
  seeAlso: 'https://12factor.net/admin-processes',
  examples: { fails: toolbox('[sleep, infinity]'), passes: toolbox('[node, console-server.js]') },

  *check(objects) {
    for (const { object, containers } of objects.podTemplates) {
      if (!KINDS.has(object.kind)) continue;
      const main = containers.filter(({ init }) => !init);
      if (main.length === 0 || !main.every(isIdle)) continue;
      yield { object, field: `${main[0].path}.command`, message: `container ${main[0].container.name} only waits`, fix: 'remove it, and run admin tasks with twelve run <process> -- <command>, or as a Job' };
    }
  },
};

function isIdle({ container }: CheckedContainer): boolean {
  const script = tryScript(container);
  const commands = script === undefined ? (container.command?.length ? [startOf(container).join(' ')] : []) : commandsIn(script.text).map((command) => command.replace(/^(do|then|exec)\s+/, ''));
  const does = commands.filter((command) => !/^(trap\b|while\b|until\b|for\b|done\b|do$|true$|:$|wait\b|echo\b|set\b)/.test(command));
  const loops = commands.some((command) => command.startsWith('while'));
  return does.length > 0 && does.every((command) => isWaiting(command, loops));
}

function isWaiting(command: string, inLoop: boolean): boolean {
  if (/^(\S*\/)?tail (-\S+ )*\/dev\/null$/.test(command) || /^(\S*\/)?sleep (inf|infinity)$/.test(command)) return true;
  const [, seconds] = /^(?:\S*\/)?sleep (\d+(?:\.\d+)?)[smhd]?$/.exec(command) ?? [];
  return seconds !== undefined && (inLoop || Number(seconds) >= HOUR || /[hd]$/.test(command));
}
