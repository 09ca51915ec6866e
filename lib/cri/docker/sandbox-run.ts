import type Dockerode from 'dockerode';
import type { PodSandbox, PodSandboxConfig } from '../cri';
import type { Engine } from './engine';
import { statusCode, toCriError } from './errors';
import { sandboxLabels } from './labels';
import { sandboxKey, sandboxName } from './naming';
import { setNetworkSysctls, waitForOwnNamespace } from './network-namespace';

/** A container with our pause program, in a network namespace of its own that the pod network gives an address. */
export async function runPodSandbox(engine: Engine, config: PodSandboxConfig, onCreated?: (sandbox: { id: string; ip: string }) => void): Promise<PodSandbox> {
  const key = sandboxKey(config.pod, config.attempt);
  const ip = config.hostNetwork ? '' : engine.network.reserve(key);
  const createdAt = engine.clock.now();
  let container: Dockerode.Container | undefined;
  try {
    container = await create(engine, config, ip);
    onCreated?.({ id: container.id, ip });
    await container.start();
    if (!config.hostNetwork) await connectNetwork(engine, config, key, container);
  } catch (error) {
    await container?.remove({ force: true }).catch(() => undefined);
    if (!config.hostNetwork) engine.network.release(key);
    throw toCriError(error, 'Failed');
  }
  return { id: container.id, pod: config.pod, attempt: config.attempt, ready: true, createdAt, ip, hostNetwork: config.hostNetwork };
}

async function create(engine: Engine, config: PodSandboxConfig, ip: string): Promise<Dockerode.Container> {
  const options = sandboxOptions(await engine.pauseImage(), engine.runtime, config, ip);
  try {
    return await engine.docker.createContainer(options);
  } catch (error) {
    if (statusCode(error) !== 409) throw error;
    // A kubelet that died between create and start left one of this name.
    await engine.docker.getContainer(sandboxName(config.pod, config.attempt)).remove({ force: true });
    return engine.docker.createContainer(options);
  }
}

async function connectNetwork({ docker, network, clock }: Engine, { sysctls, hostPorts }: PodSandboxConfig, key: string, { id }: Dockerode.Container): Promise<void> {
  const { Pid: pid } = (await docker.getContainer(id).inspect()).State;
  await waitForOwnNamespace(pid, clock);
  await network.attach(key, pid);
  const ofNetwork = Object.entries(sysctls).filter(([name]) => name.startsWith('net.'));
  if (ofNetwork.length > 0) await setNetworkSysctls(pid, Object.fromEntries(ofNetwork));
  if (hostPorts.length > 0) await network.setHostPorts(key, hostPorts);
}

/** Pure. */
export function sandboxOptions(image: string, runtime: string, config: PodSandboxConfig, ip: string): Dockerode.ContainerCreateOptions {
  const { hostNetwork, dns } = config;
  return {
    name: sandboxName(config.pod, config.attempt),
    Image: image,
    Hostname: config.hostname,
    Entrypoint: hostNetwork ? ['/pause', 'host'] : ['/pause'],
    Labels: sandboxLabels(runtime, config, ip),
    HostConfig: {
      NetworkMode: 'host',
      CapDrop: ['ALL'],
      CapAdd: hostNetwork ? [] : ['SYS_ADMIN'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      IpcMode: config.hostIpc ? 'host' : 'shareable',
      PidMode: config.hostPid ? 'host' : '',
      LogConfig: { Type: 'none', Config: {} },
      Sysctls: Object.fromEntries(Object.entries(config.sysctls).filter(([name]) => !name.startsWith('net.'))),
      ...(dns && { Dns: [...dns.servers], DnsSearch: dns.searches.length > 0 ? [...dns.searches] : ['.'], DnsOptions: [...dns.options] }),
    },
  };
}
