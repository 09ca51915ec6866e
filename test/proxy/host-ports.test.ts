import { describe, expect, it, vi } from 'vitest';
import { HostPorts } from '../../lib/proxy/host-ports';
import { parsePorts } from '../../lib/proxy/other-runtimes';

const service = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec }) as any;
const web = service('web', { type: 'LoadBalancer', ports: [{ protocol: 'TCP', port: 80, nodePort: 30080 }] });

function setUp({ others = [] as string[], programs = [] as string[] } = {}) {
  const event = vi.fn();
  const ofOthers = vi.fn(() => Promise.resolve(new Set(others)));
  const ports = new HostPorts({ events: { event }, nodeName: 'here', ofOthers, isFree: (protocol, port) => Promise.resolve(!programs.includes(`${protocol}/${port}`)) });
  return { ports, event, ofOthers };
}

describe('ports of the host', () => {
  it('are left to another runtime, node ports too, and the Service is told once', async () => {
    const { ports, event } = setUp({ others: ['tcp/30080'] });
    expect([...await ports.check([web])]).toEqual(['tcp/30080']);
    await ports.check([web]);
    expect(event.mock.calls).toEqual([[web, 'Warning', 'PortInUse', 'node port 30080/tcp of node here is in use by another runtime; give the Service another port, or end the other runtime']]);
  });

  it('are left to a program where a load balancer asks for them', async () => {
    const { ports, event } = setUp({ programs: ['tcp/80', 'tcp/30080'] });
    expect([...await ports.check([web])]).toEqual(['tcp/80']);
    expect(event).toHaveBeenCalledWith(web, 'Warning', 'PortInUse', expect.stringContaining('port 80/tcp of node here is in use by another program'));
  });

  it('are those of a program that is named, and looked for once', async () => {
    const tryOwner = vi.fn(() => 'nginx (pid 812)');
    const event = vi.fn();
    const ports = new HostPorts({ events: { event }, nodeName: 'here', ofOthers: () => Promise.resolve(new Set()), isFree: () => Promise.resolve(false), tryOwner });
    await ports.check([web]);
    await ports.check([web]);
    expect(ports.inUse).toEqual([{ id: '80/TCP', owner: 'nginx (pid 812)' }]);
    expect(tryOwner).toHaveBeenCalledTimes(1);
    expect(event).toHaveBeenCalledTimes(1);
    await ports.check([]);
    expect(ports.inUse).toEqual([]);
  });

  it('are looked at once as long as they are ours', async () => {
    const { ports, ofOthers } = setUp();
    await ports.check([web]);
    await ports.check([web]);
    expect(ofOthers).toHaveBeenCalledTimes(1);
    await ports.check([]);
    await ports.check([web]);
    expect(ofOthers).toHaveBeenCalledTimes(2);
  });

  it('of another runtime are read from what nft lists', () => {
    expect(parsePorts('{"nftables": [{"metainfo": {}}, {"set": {"name": "nodeport_ours", "elem": [{"concat": ["tcp", 30080]}, {"concat": ["udp", 53]}]}}]}')).toEqual(['tcp/30080', 'udp/53']);
    expect(parsePorts('{"nftables": [{"set": {"name": "nodeport_ours"}}]}')).toEqual([]);
  });
});
