import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Service } from '../api/types';
import type { EventRecorder } from '../client/informers';

/**
 * Which ports of LoadBalancer Services belong to programs of this host. Such a port is left to its program (it may be sshd) and the Service is told by an Event.
 * A port is looked at once, when it is first asked for; as long as it is ours no program's socket sees its packets.
 */
export class LoadBalancerPorts {
  private readonly free = new Set<string>();
  private taken = new Set<string>();

  constructor(private readonly events: EventRecorder, private readonly isFree: (protocol: string, port: number) => Promise<boolean> = canListen) {}

  /** Ports that are taken, as `tcp/80`. */
  async check(services: readonly DeepReadonly<Service>[]): Promise<ReadonlySet<string>> {
    const wanted = services.filter(({ spec }) => spec.type === 'LoadBalancer').flatMap((service) =>
      (service.spec.ports ?? []).map(({ protocol = 'TCP', port }) => ({ service, protocol: protocol.toLowerCase(), port, key: `${protocol.toLowerCase()}/${port}` })));
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of this.free) if (!keys.has(key)) this.free.delete(key);

    const taken = new Set<string>();
    for (const { service, protocol, port, key } of wanted) {
      if (this.free.has(key)) continue;
      if (await this.isFree(protocol, port)) {
        this.free.add(key);
        continue;
      }
      taken.add(key);
      if (!this.taken.has(key)) {
        this.events.event(service, 'Warning', 'PortInUse', `port ${port}/${protocol} of this host is in use by another program; stop that program or give the Service another port`);
      }
    }
    this.taken = taken;
    return taken;
  }
}

function canListen(protocol: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4');
      socket.once('error', () => resolve(false));
      socket.bind(port, '0.0.0.0', () => socket.close(() => resolve(true)));
    } else {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
    }
  });
}
