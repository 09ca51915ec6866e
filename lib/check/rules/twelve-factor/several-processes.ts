import { containersIn, isLongRunning } from '../../containers-in';
import { commandsIn, countBackground, startOf, tryScript } from '../../shell';
import type { Container } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';

const SUPERVISORS = /(^|\/)(supervisord|runsvdir|s6-svscan|foreman|honcho|overmind|pm2|circusd|monit)$/;

const web = (command: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers: [{ name: web, image: shop:1.4.2, command: ${command} }]
`;

/** Two programs in one container: one of them may die unseen (factor VIII). */
export const severalProcesses: Rule = {
  id: 'several-processes',
  severity: 'warning',
  summary: 'A container runs several processes',
  why: 'Kubernetes watches the first process only. When another one ends, nobody notices and nobody restarts it; its output mixes with that of the others, and none of them can be scaled or updated alone. At the end they get no signal.',
  seeAlso: 'https://12factor.net/concurrency',
  examples: { fails: web("[sh, -c, 'node worker.js & exec node server.js']"), passes: web('[node, server.js]') },

  *check(objects) {
    for (const checked of containersIn(objects)) {
      const { container, path, template: { object } } = checked;
      if (!isLongRunning(checked) || object.kind === 'Job' || object.kind === 'CronJob') continue;
      const why = tryReason(container);
      if (why) yield { object, field: `${path}.${tryScript(container)?.field ?? 'command'}`, message: `container ${container.name} ${why}`, fix: 'make each a container of its own: in the same pod when they share files, else a process (Web, Worker) of its own' };
    }
  },
};

function tryReason(container: DeepReadonly<Container>): string | undefined {
  const script = tryScript(container);
  if (script === undefined) {
    const supervisor = startOf(container).slice(0, 1).find((word) => SUPERVISORS.test(word));
    return supervisor && `is started by ${supervisor}, which runs other programs`;
  }
  const commands = commandsIn(script.text);
  const supervisor = commands.map((command) => command.replace(/^exec\s+/, '').split(' ')[0]).find((word) => SUPERVISORS.test(word));
  if (supervisor) return `is started by ${supervisor}, which runs other programs`;
  const background = countBackground(script.text);
  // `program & wait` lets a shell react to signals; there is one program all the same.
  const waits = commands.filter((command) => /^(wait|trap|kill)\b/.test(command)).length > 0;
  // A shell that keeps the number of what it starts looks after it: it waits for it, or ends it.
  const kept = script.text.split('$!').length - 1;
  const long = background - Math.max(kept, waits ? 1 : 0) - commands.filter((command) => /^sleep \d/.test(command) && !/while|until/.test(script.text)).length;
  return long > 0 ? 'starts a program in the background, and another one' : undefined;
}
