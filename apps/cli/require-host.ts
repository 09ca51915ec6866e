import type { HostCheck } from '../../lib/cluster/host-checks';
import type { Invocation } from './commands/command';
import { ExitError } from './output/output';

/** Throws with everything at once that this host lacks to run pods. */
export async function requireHost({ environment, target }: Pick<Invocation, 'environment' | 'target'>, dockerHost = environment['DOCKER_HOST']): Promise<void> {
  const { requiredChecks } = await import('../../lib/cluster/host-checks.js');
  const checks = await requiredChecks({ dockerHost, searchPath: environment['PATH'] ?? '', dataDirectory: target.dataDirectory });
  const missing = checks.filter(({ ok }) => !ok);
  if (missing.length > 0) throw new ExitError(['this host cannot run pods yet:', ...missing.map(describe)].join('\n'), 1);
}

const describe = ({ name, detail, fix }: HostCheck) => `  ${name}: ${detail}\n    ${fix ?? ''}`;
