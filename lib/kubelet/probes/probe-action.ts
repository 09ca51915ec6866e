import * as net from 'node:net';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import type { ContainerRuntime } from '../../cri/cri';
import { CriError } from '../../cri/cri-error';
import { httpGet } from '../http-get';
import type { ReadonlyContainer } from '../kubelet-context';
import { resolvePort } from '../ports';
import { grpcHealth } from './grpc';

export interface ProbeTarget {
  readonly container: ReadonlyContainer;
  readonly containerId: string;
  /** The pod's address, or the node's for hostNetwork. */
  readonly address: string;
}

export interface ProbeAnswer {
  readonly success: boolean;
  /** What the probe saw, for the Event. */
  readonly output: string;
}

/** Asks once. Never rejects: what cannot be asked has failed. */
export async function runProbe(cri: ContainerRuntime, probe: DeepReadonly<core.Probe>, target: ProbeTarget): Promise<ProbeAnswer> {
  const timeout = probe.timeoutSeconds ?? 1;
  try {
    if (probe.exec) return await runExec(cri, probe.exec.command ?? [], target, timeout);
    if (probe.httpGet) return await runHttp(probe.httpGet, target, timeout);
    if (probe.tcpSocket) return await runTcp(probe.tcpSocket, target, timeout);
    if (probe.grpc) return await grpcHealth(target.address, probe.grpc.port, probe.grpc.service ?? '', timeout);
    return { success: false, output: 'missing probe handler' };
  } catch (error) {
    return { success: false, output: error instanceof Error ? error.message : String(error) };
  }
}

async function runExec(cri: ContainerRuntime, command: readonly string[], { containerId }: ProbeTarget, timeout: number): Promise<ProbeAnswer> {
  try {
    const { exitCode, stdout, stderr } = await cri.execSync(containerId, command, timeout);
    return { success: exitCode === 0, output: stdout + stderr };
  } catch (error) {
    if (error instanceof CriError && error.reason === 'ExecTimeout') return { success: false, output: `command "${command.join(' ')}" timed out` };
    throw error;
  }
}

async function runHttp(action: DeepReadonly<core.HTTPGetAction>, { container, address }: ProbeTarget, timeout: number): Promise<ProbeAnswer> {
  const { status } = await httpGet({
    scheme: (action.scheme ?? 'HTTP') as 'HTTP' | 'HTTPS',
    host: action.host || address,
    port: resolvePort(action.port, container),
    path: action.path ?? '/',
    headers: action.httpHeaders ?? [],
    timeoutMilliseconds: timeout * 1000,
  });
  return { success: status >= 200 && status < 400, output: `HTTP probe failed with statuscode: ${status}` };
}

function runTcp({ host, port }: DeepReadonly<core.TCPSocketAction>, { container, address }: ProbeTarget, timeout: number): Promise<ProbeAnswer> {
  const target = { host: host || address, port: resolvePort(port, container) };
  return new Promise((resolve) => {
    const socket = net.connect({ ...target, timeout: timeout * 1000 });
    const done = (success: boolean, output: string) => {
      socket.destroy();
      resolve({ success, output });
    };
    socket.on('connect', () => done(true, ''));
    socket.on('timeout', () => done(false, `dial tcp ${target.host}:${target.port}: i/o timeout`));
    socket.on('error', (error: Error & { code?: string }) => done(false, `dial tcp ${target.host}:${target.port}: ${error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message}`));
  });
}
