import { openTerminal } from '../terminal';
import { applicationOf, applicationOptions } from './application-options';
import { type Command, textOption } from './command';

/** `twelve exec`: a command in a pod that runs. */
export const exec: Command = {
  name: 'exec',
  summary: 'Execute a command in a running pod of a process',
  arguments: [{ name: 'process', summary: 'in whose pod', required: true }, { name: 'command', summary: 'its words, behind --', required: true, variadic: true }],
  options: [
    ...applicationOptions,
    { flag: '-c, --container <name>', summary: 'which container (default: the one of the process)' },
    { flag: '--pod <name>', summary: 'which pod: its name, or the end of it as the logs show it (default: one that is ready)' },
  ],
  examples: ['twelve exec web -- sh', 'twelve exec web --pod x7k2p -- cat /proc/1/status', 'twelve exec db -- psql -U shop < report.sql'],

  async run(invocation) {
    const { args: [process_ = '', ...command], options, target, signal } = invocation;
    const [client, access, { workloadOf }, { chooseContainer, podsOfProcess }, { execInContainer }, { openStreams }, { findWorkloads }] = await Promise.all([
      target.client(), target.access(), import('../../../lib/apply/run/one-off-pod.js'), import('../../../lib/apply/run/choose-container.js'), import('../../../lib/apply/run/exec-in-container.js'),
      import('../../../lib/client/container-streams.js'), import('../../../lib/apply/day-two/find-workloads.js'),
    ]);
    const { name, namespace } = await applicationOf(invocation, client);
    const [workloads, { items: pods }] = await Promise.all([findWorkloads(client, name, namespace), client.list('Pod', { namespace })]);
    const workload = workloadOf(workloads, process_, name);
    const place = chooseContainer(workload, podsOfProcess(workload, workloads, pods), { pod: textOption(options, 'pod'), container: textOption(options, 'container') });
    const terminal = openTerminal();
    try {
      return await execInContainer({ place, command, terminal, signal, open: (wanted) => openStreams(access, wanted) });
    } finally {
      terminal.close();
    }
  },
};
