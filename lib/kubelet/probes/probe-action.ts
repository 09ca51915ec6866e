import * as net from 'node:net';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import type { ContainerRuntime } from '../../cri/cri';
import { CriError } from '../../cri/cri-error';
import { httpGet, type HttpGetAction } from '../http-get';
import type { ReadonlyContainer } from '../kubelet-context';
import { resolvePort } from '../ports';
import { grpcHealth } from './grpc';

/** More of what a probe printed is no use in an Event. */
const MAXIMUM_OUTPUT = 10 * 1024;

export interface ProbeTarget {
  readonly container: ReadonlyContainer;
  readonly containerId: string;
  /** The pod's address, or the node's for hostNetwork. */
  readonly address: string;
}

export interface ProbeAnswer {
  /** `warning` counts as success; `error` is no answer at all and does not count. */
  readonly result: 'success' | 'warning' | 'failure' | 'error';
  /** What the probe saw, for the Event. */
  readonly output: string;
}

/** Asks once. Never rejects. */
export async function runProbe(cri: ContainerRuntime, probe: DeepReadonly<core.Probe>, target: ProbeTarget): Promise<ProbeAnswer> {
  const timeout = probe.timeoutSeconds ?? 1;
  try {
    if (probe.exec) return await runExec(cri, probe.exec.command ?? [], target, timeout);
    if (probe.httpGet) return await runHttp(probe.httpGet, target, timeout);
    if (probe.tcpSocket) return await runTcp(probe.tcpSocket, target, timeout);
    if (probe.grpc) return await grpcHealth(target.address, probe.grpc.port, probe.grpc.service ?? '', timeout);
    return { result: 'error', output: `missing probe handler for ${target.container.name}` };
  } catch (error) {
    return { result: 'error', output: error instanceof Error ? error.message : String(error) };
  }
}

async function runExec(cri: ContainerRuntime, command: readonly string[], { containerId }: ProbeTarget, timeout: number): Promise<ProbeAnswer> {
  try {
    const { exitCode, stdout, stderr } = await cri.execSync(containerId, command, timeout);
    return { result: exitCode === 0 ? 'success' : 'failure', output: (stdout + stderr).slice(0, MAXIMUM_OUTPUT) };
  } catch (error) {
    if (error instanceof CriError && error.reason === 'ExecTimeout') return { result: 'failure', output: `command "${command.join(' ')}" timed out` };
    throw error;
  }
}

async function runHttp(action: DeepReadonly<core.HTTPGetAction>, { container, address }: ProbeTarget, timeout: number): Promise<ProbeAnswer> {
  const request: HttpGetAction = {
    scheme: (action.scheme ?? 'HTTP') as 'HTTP' | 'HTTPS',
    host: action.host || address,
    port: resolvePort(action.port, container),
    path: action.path ?? '/',
    headers: action.httpHeaders ?? [],
    timeoutMilliseconds: timeout * 1000,
    userAgent: 'kube-probe/1.28',
  };
  try {
    const { status, body } = await httpGet(request);
    if (status >= 200 && status < 300) return { result: 'success', output: body };
    if (status >= 300 && status < 400) return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
    return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
  } catch (error) {
    return { result: 'failure', output: error instanceof Error ? error.message : String(error) };
  }
}

function runTcp({ host, port }: DeepReadonly<core.TCPSocketAction>, { container, address }: ProbeTarget, timeout: number): Promise<ProbeAnswer> {
  const target = { host: host || address, port: resolvePort(port, container) };
  return new Promise((resolve) => {
    const socket = net.connect({ ...target, timeout: timeout * 1000 });
    const done = (result: ProbeAnswer['result'], output: string) => {
      socket.destroy();
      resolve({ result, output });
    };
    socket.on('connect', () => done('success', ''));
    socket.on('timeout', () => done('failure', `dial tcp ${target.host}:${target.port}: i/o timeout`));
    socket.on('error', (error: Error & { code?: string }) => done('failure', `dial tcp ${target.host}:${target.port}: ${error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message}`));
  });
}
