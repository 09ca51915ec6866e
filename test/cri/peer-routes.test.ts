import { expect, it } from 'vitest';
import { type Peer, planPeerRoutes } from '../../lib/cri/docker/network/peer-routes';

const peer = (name: string, address: string, podCidr: string, ...networks: string[]): Peer => ({ name, address, podCidr, networks });

it('goes straight to a peer on a shared network, and through a tunnel to any other', () => {
  const a = peer('a', '10.0.0.1', '10.240.0.0/24', '10.0.0.0/24');
  const b = peer('b', '10.0.0.2', '10.240.1.0/24', '10.0.0.0/24', '192.168.1.0/24');
  const c = peer('c', '192.168.9.3', '10.240.2.0/24', '192.168.9.0/24');
  expect(planPeerRoutes(a, [c, b])).toEqual([{ podCidr: '10.240.1.0/24', peer: '10.0.0.2', tunnel: false }, { podCidr: '10.240.2.0/24', peer: '192.168.9.3', tunnel: true }]);
});

it('both ends take the tunnel when only one of them reaches the other directly', () => {
  const router = peer('router', '192.0.2.2', '10.240.0.0/24', '192.0.2.0/24', '10.9.0.0/24');
  const behind = peer('behind', '10.9.0.1', '10.240.1.0/24', '10.9.0.0/24');
  expect(planPeerRoutes(router, [behind])[0].tunnel).toBe(true);
  expect(planPeerRoutes(behind, [router])[0].tunnel).toBe(true);
});
