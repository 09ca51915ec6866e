import type { DeepReadonly } from '../base/deep-readonly';
import type { core } from '../api/types';
import type { ContainerRuntime } from '../cri/cri';
import { httpGet } from './http-get';
import type { ReadonlyContainer } from './kubelet-context';
import { resolvePort } from './ports';

export interface HookTarget {
  readonly container: Pick<ReadonlyContainer, 'name' | 'ports'>;
  readonly containerId: string;
  readonly address: string;
}

/** Runs postStart or preStop to its end. Rejects with what went wrong, in upstream's words. */
export async function runHook(
  { cri }: { readonly cri: ContainerRuntime },
  handler: DeepReadonly<core.LifecycleHandler>,
  { container, containerId, address }: HookTarget, timeoutSeconds = 0,
): Promise<void> {
  if (handler.exec) {
    const command = handler.exec.command ?? [];
    const { exitCode, stdout, stderr } = await cri.execSync(containerId, command, timeoutSeconds);
    if (exitCode !== 0) throw new Error(`command '${command.join(' ')}' exited with ${exitCode}: ${stderr || stdout}`);
  } else if (handler.httpGet) {
    const action = handler.httpGet;
    await httpGet({
      scheme: (action.scheme ?? 'HTTP') as 'HTTP' | 'HTTPS',
      host: action.host || address,
      port: resolvePort(action.port, container),
      path: action.path ?? '/',
      headers: action.httpHeaders ?? [],
      timeoutMilliseconds: (timeoutSeconds || 30) * 1000,
      userAgent: 'kube-lifecycle/1.28',
    });
  } else {
    // A tcpSocket passes validation, and always has failed here.
    throw new Error(`invalid handler: ${JSON.stringify(handler)}`);
  }
}
