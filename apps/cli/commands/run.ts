import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Attachment } from '../../../lib/client/attach';
import type { Terminal } from '../../../lib/apply/run/run-one-off';
import { type Command, type Invocation, textOption } from './command';
import { targetOptions } from './target-options';

/** `twelve run`: a one-off command with the image, configuration and files of a process (factor XII). */
export const run: Command = {
  name: 'run',
  summary: 'Run a command once, with the image and configuration of a process',
  arguments: [{ name: 'process', summary: 'whose image, variables and files it gets', required: true }, { name: 'command', summary: 'its words, behind --', required: true, variadic: true }],
  options: [...targetOptions, { flag: '--app <name>', summary: 'the application (default: the name of the folder)' }],
  examples: ['twelve run web -- ./manage.py migrate', 'twelve run web --app shop -- sh', 'twelve run web -- psql < dump.sql'],

  async run(invocation) {
    const { args: [process_ = '', ...command], options, target, signal } = invocation;
    const application = textOption(options, 'app') ?? path.basename(process.cwd());
    const [client, access, namespace, { oneOffPod, workloadOf }, { runOneOff }, { attach }, { findWorkloads }, { commandClock }, { randomBytes }] = await Promise.all([
      target.client(), target.access(), target.namespace(), import('../../../lib/apply/run/one-off-pod.js'), import('../../../lib/apply/run/run-one-off.js'), import('../../../lib/client/attach.js'),
      import('../../../lib/apply/day-two/find-workloads.js'), import('../clock.js'), import('node:crypto'),
    ]);
    const workload = workloadOf(await findWorkloads(client, application, namespace), process_, application);
    const terminal = openTerminal(invocation);
    try {
      const pod = oneOffPod(workload, { application, command, suffix: randomBytes(3).toString('hex').slice(0, 5), stdin: terminal.stdin, tty: terminal.tty });
      return await runOneOff({ client, pod, clock: commandClock, signal, terminal, attach: (wanted) => attach(access, wanted) });
    } finally {
      terminal.close();
    }
  },
};

/** The person's terminal as it is, or what is piped. */
function openTerminal({ out }: Pick<Invocation, 'out'>): Terminal & { close(): void } {
  const { stdin, stdout } = process;
  const tty = stdin.isTTY && stdout.isTTY;
  let resize: (() => void) | undefined;
  return {
    tty, stdin: tty || isPiped(),
    write: (data) => { stdout.write(data); },
    connect(attachment: Attachment) {
      if (tty) {
        stdin.setRawMode(true);
        resize = () => attachment.resize(stdout.columns, stdout.rows);
        stdout.on('resize', resize);
        resize();
        out.note('if there is no prompt, press enter');
      }
      stdin.on('data', (data: Buffer) => attachment.write(data));
      stdin.on('end', () => attachment.close()).resume();
    },
    close() {
      if (tty) stdin.setRawMode(false);
      if (resize) stdout.off('resize', resize);
      stdin.pause();
    },
  };
}

/** A terminal alone, or /dev/null, has nothing for the command. */
function isPiped(): boolean {
  try {
    const stat = fs.fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}
