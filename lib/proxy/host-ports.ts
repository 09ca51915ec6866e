import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { DeepReadonly } from '../base/deep-readonly';
import type { PortInUse } from '../api/ports-in-use';
import type { Service } from '../api/types';
import type { EventRecorder } from '../client/informers';

export interface HostPortsConfig {
  readonly events: EventRecorder;
  readonly nodeName: string;
  /** Ports that other runtimes of this host lead to their Services, as `tcp/80`. */
  readonly ofOthers: () => Promise<ReadonlySet<string>>;
  /** No program of this host has the port. */
  readonly isFree?: (protocol: string, port: number) => Promise<boolean>;
  /** The program that has a TCP port, `nginx (pid 812)`, if that is known. */
  readonly tryOwner?: (port: number) => string | undefined;
}

interface WantedPort {
  readonly service: DeepReadonly<Service>;
  readonly protocol: string;
  readonly port: number;
  /** As `tcp/80`. */
  readonly key: string;
  readonly kind: 'node port' | 'port';
}

const ANOTHER_RUNTIME = 'another runtime';

/**
 * Which ports of Services belong to somebody else on this host: a load balancer's port to a program (it may be sshd), any port to another runtime. Such a port is left
 * to its owner and the Service is told by an Event. A port is looked at once, when it is first asked for; as long as it is ours nobody else sees its packets.
 */
export class HostPorts {
  private readonly free = new Set<string>();
  private taken = new Map<string, { readonly port: WantedPort; readonly owner: string }>();

  constructor(private readonly config: HostPortsConfig) {}

  /** Ports that are taken, as `tcp/80`. */
  async check(services: readonly DeepReadonly<Service>[]): Promise<ReadonlySet<string>> {
    const wanted = services.flatMap(wantedPorts);
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of this.free) if (!keys.has(key)) this.free.delete(key);

    const unknown = wanted.filter(({ key }) => !this.free.has(key));
    const others = unknown.length > 0 ? await this.config.ofOthers() : new Set<string>();
    const taken: typeof this.taken = new Map();
    for (const port of unknown) {
      const owner = others.has(port.key) ? ANOTHER_RUNTIME : await this.ofProgram(port) ? this.programOf(port) : undefined;
      if (!owner) this.free.add(port.key);
      else taken.set(port.key, { port, owner });
      if (owner && !this.taken.has(port.key)) this.tell(port, owner);
    }
    this.taken = taken;
    return new Set(taken.keys());
  }

  /** What load balancers did not get at the last check. */
  get inUse(): readonly PortInUse[] {
    return [...this.taken.values()].flatMap(({ port: { kind, port, protocol }, owner }) => (kind === 'port' ? { id: `${port}/${protocol.toUpperCase()}`, owner } : []));
  }

  private async ofProgram({ kind, protocol, port }: WantedPort): Promise<boolean> {
    return kind === 'port' && !await (this.config.isFree ?? canListen)(protocol, port);
  }

  /** Looked for once: that means to look through the files of every process. */
  private programOf({ key, port, protocol }: WantedPort): string {
    const known = this.taken.get(key)?.owner;
    if (known && known !== ANOTHER_RUNTIME) return known;
    return (protocol === 'tcp' ? this.config.tryOwner?.(port) : undefined) ?? 'another program';
  }

  private tell({ service, kind, port, protocol }: WantedPort, owner: string): void {
    const fix = owner === ANOTHER_RUNTIME ? 'give the Service another port, or end the other runtime' : 'stop that program or give the Service another port';
    this.config.events.event(service, 'Warning', 'PortInUse', `${kind} ${port}/${protocol} of node ${this.config.nodeName} is in use by ${owner}; ${fix}`);
  }
}

/** A load balancer of another class has its own addresses, and needs only the node ports. */
export const usesHostAsBalancer = ({ spec }: DeepReadonly<Service>) => spec.type === 'LoadBalancer' && !spec.loadBalancerClass;

function wantedPorts(service: DeepReadonly<Service>): readonly WantedPort[] {
  return (service.spec.ports ?? []).flatMap(({ protocol: name = 'TCP', port, nodePort }) => {
    const protocol = name.toLowerCase();
    const wanted = (kind: WantedPort['kind'], number: number): WantedPort => ({ service, protocol, port: number, key: `${protocol}/${number}`, kind });
    return [...(nodePort ? [wanted('node port', nodePort)] : []), ...(usesHostAsBalancer(service) ? [wanted('port', port)] : [])];
  });
}

function canListen(protocol: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4');
      socket.once('error', () => resolve(false));
      socket.bind(port, '0.0.0.0', () => socket.close(() => resolve(true)));
    } else if (protocol === 'tcp') {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
    } else {
      resolve(true); // no program here can be asked about SCTP
    }
  });
}
