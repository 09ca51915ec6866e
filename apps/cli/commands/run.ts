import { openTerminal } from '../terminal';
import { applicationOf, applicationOptions } from './application-options';
import { parseDuration } from '../output/duration';
import { type Command, textOption } from './command';

/** `twelve run`: a one-off command with the image, configuration and files of a process (factor XII). */
export const run: Command = {
  name: 'run',
  summary: 'Run a command once, with the image and configuration of a process',
  arguments: [{ name: 'process', summary: 'whose image, variables and files it gets', required: true }, { name: 'command', summary: 'its words, behind --', required: true, variadic: true }],
  options: [...applicationOptions, { flag: '--timeout <duration>', summary: 'time until the command has been started; 0 waits as long as it takes', default: '5m' }],
  examples: ['twelve run web -- ./manage.py migrate', 'twelve run web --app shop -- sh', 'twelve run web -- psql < dump.sql'],

  async run(invocation) {
    const { args: [process_ = '', ...command], options, out, target, signal } = invocation;
    const timeout = parseDuration('--timeout', textOption(options, 'timeout') ?? '5m');
    const [client, access, { oneOffPod, workloadOf }, { runOneOff }, { openStreams }, { findWorkloads }, { commandClock }, { randomBytes }] = await Promise.all([
      target.client(), target.access(), import('../../../lib/apply/run/one-off-pod.js'), import('../../../lib/apply/run/run-one-off.js'), import('../../../lib/client/container-streams.js'),
      import('../../../lib/apply/day-two/find-workloads.js'), import('../clock.js'), import('node:crypto'),
    ]);
    const { name: application, namespace } = await applicationOf(invocation, client);
    const workload = workloadOf(await findWorkloads(client, application, namespace), process_, application);
    const terminal = openTerminal();
    try {
      const pod = oneOffPod(workload, { application, command, suffix: randomBytes(3).toString('hex').slice(0, 5), stdin: terminal.stdin, tty: terminal.tty });
      return await runOneOff({ client, pod, clock: commandClock, signal, timeout, terminal, attach: (wanted) => openStreams(access, wanted), onPrompt: () => out.note('if there is no prompt, press enter') });
    } finally {
      terminal.close();
    }
  },
};
