import net from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { describeDockerHost, parseDockerHost } from '../../lib/cri/docker/docker-host';
import { DockerHostClient } from '../../lib/cri/docker/docker-host-client';

const open: net.Server[] = [];
const sockets: net.Socket[] = [];
afterEach(() => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  open.splice(0).forEach((server) => server.close());
});

async function listen(): Promise<number> {
  const server = net.createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

it.each([
  ['unix:///run/user/1000/docker.sock', { kind: 'unix', socketPath: '/run/user/1000/docker.sock' }],
  ['tcp://192.0.2.7:2375', { kind: 'tcp', host: '192.0.2.7', port: 2375 }],
  ['tcp://[2001:db8::7]:2376', { kind: 'tcp', host: '2001:db8::7', port: 2376 }],
  ['ssh://root@worker:2222', { kind: 'ssh', host: 'worker', destination: 'root@worker', port: '2222' }],
  ['ssh://worker', { kind: 'ssh', host: 'worker', destination: 'worker', port: undefined }],
])('%s is read, and written again', (address, host) => {
  expect(parseDockerHost(address)).toEqual(host);
  expect(describeDockerHost(parseDockerHost(address))).toBe(address);
});

it('a tcp address without a port has that of TLS', () => expect(parseDockerHost('tcp://worker')).toEqual({ kind: 'tcp', host: 'worker', port: 2376 }));

it.each(['worker', 'http://worker', 'ssh://', '/var/run/docker.sock'])('%s is refused with what it may be', (address) => {
  expect(() => parseDockerHost(address)).toThrow(`"${address}" is not the address of a Docker host; write it as unix:///path/to/docker.sock, tcp://host:2376 or ssh://user@host`);
});

it('a host that takes the connection and says nothing is given up', async () => {
  const port = await listen();
  await expect(DockerHostClient.connect({ kind: 'tcp', host: '127.0.0.1', port }, undefined, 100)).rejects.toThrow(`the Docker daemon at tcp://127.0.0.1:${port} cannot be reached: no answer in 0.1 s`);
});

it('a host that refuses is named', async () => {
  await expect(DockerHostClient.connect({ kind: 'unix', socketPath: '/nowhere/docker.sock' })).rejects.toThrow('the Docker daemon at unix:///nowhere/docker.sock cannot be reached: connect ENOENT');
});
