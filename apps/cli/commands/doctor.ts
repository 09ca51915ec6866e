import type { HostCheck } from '../../../lib/cluster/host-checks';
import type { Command, Invocation } from './command';
import { runtimeOptions } from './target-options';

/** `twelve doctor`: what the runtime needs of this host, and how to get what is missing. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'Check what the runtime needs of this host, and say how to fix what is missing',
  options: [...runtimeOptions, { flag: '--output <format>', summary: 'text or json', choices: ['text', 'json'], default: 'text' }],

  async run(invocation) {
    const { out, options, environment, target } = invocation;
    const { hostChecks } = await import('../../../lib/cluster/host-checks.js');
    const checks = [
      ...await hostChecks({ dockerHost: environment['DOCKER_HOST'], searchPath: environment['PATH'] ?? '', dataDirectory: target.dataDirectory }),
      ...await runtimeChecks(invocation),
    ];
    if (options['output'] === 'json') out.json({ ok: checks.every(isFine), checks });
    else out.lines(checks.flatMap(toLines));
    return checks.every(isFine) ? 0 : 1;
  },
};

const isFine = ({ ok, optional }: HostCheck) => ok || optional === true;
const toLines = ({ name, ok, optional, detail, fix }: HostCheck) => [`${ok ? 'ok  ' : optional ? 'warn' : 'FAIL'}  ${name.padEnd(14)} ${detail}`, ...(fix && !ok ? [`      ${''.padEnd(14)} ${fix}`] : [])];

async function runtimeChecks({ target }: Invocation): Promise<readonly HostCheck[]> {
  const [{ DataDirectory }, { tryLockHolder }, { tryReadSettings }, { isPortFree, tryPortOwner }] = await Promise.all([
    import('../../../lib/cluster/data-directory.js'), import('../../../lib/cluster/lock.js'), import('../../../lib/cluster/settings.js'), import('../../../lib/cluster/ports.js'),
  ]);
  const directory = new DataDirectory(target.dataDirectory);
  const settings = tryReadSettings(directory);
  const holder = tryLockHolder(directory.lock);
  const runtime: HostCheck = { name: 'runtime', ok: true, detail: holder ? `${target.name} runs (pid ${holder.pid})` : `${target.name} is not running` };
  if (!settings) return [runtime];
  const free = holder !== undefined || await isPortFree(settings.port);
  const owner = free ? undefined : tryPortOwner(settings.port) ?? 'another program';
  return [runtime, {
    name: 'API port', ok: free, detail: `${settings.port} ${holder ? 'serves the API' : free ? 'is free' : `is in use by ${owner}`}`,
    ...(!free && { fix: `end that program, or choose another port: twelve up --name ${target.name} --port <port>` }),
  }];
}
