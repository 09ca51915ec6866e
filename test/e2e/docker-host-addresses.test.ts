import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DockerTls, parseDockerHost } from '../../lib/cri/docker/docker-host';
import { DockerHostClient } from '../../lib/cri/docker/docker-host-client';

const SOCKET = '/var/run/docker.sock';
const IMAGE = 'busybox:1.35';

function available(): boolean {
  try {
    execFileSync('docker', ['image', 'inspect', IMAGE], { stdio: 'ignore' });
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return fs.existsSync(SOCKET);
  } catch {
    return false;
  }
}

/** A certificate authority, and a certificate of its for the server and for the client. */
function makeKeys(directory: string): DockerTls {
  const openssl = (...words: readonly string[]) => execFileSync('openssl', [...words], { cwd: directory, stdio: 'ignore' });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=ca', '-days', '1', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
  fs.writeFileSync(path.join(directory, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=both', '-keyout', 'key.pem', '-out', 'request.pem');
  openssl('x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', '1', '-extfile', 'extensions', '-out', 'cert.pem');
  const read = (file: string) => fs.readFileSync(path.join(directory, file), 'utf8');
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

/** What `twelve node add` does to a host, with a program in the place of the node part. */
async function useHost(docker: DockerHostClient, name: string): Promise<void> {
  expect((await docker.info()).architecture).toMatch(/x86_64|aarch64/);
  expect(await docker.hasImage(IMAGE)).toBe(true);
  expect(await docker.hasImage('twelve-no-such-image:1')).toBe(false);
  try {
    await docker.replace({ name, image: IMAGE, command: ['sh', '-c', 'cat /etc/given; exit 3'], labels: {}, binds: [], files: { '/etc/given': 'as given\n' }, alwaysRunning: false });
    expect(await docker.waitFor(name)).toBe(3);
    expect(await docker.logs(name, 5)).toBe('as given\n');
  } finally {
    await docker.remove(name);
  }
  await docker.remove(name);
}

describe.skipIf(!available())('addresses of Docker hosts (skipped without a daemon, busybox:1.35 and openssl)', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-addresses-'));
  const name = (kind: string) => `twelve-address-${kind}-${process.pid}`;
  const searchPath = process.env.PATH;
  const keys = available() ? makeKeys(directory) : undefined;
  const server = tls.createServer({ ...keys, requestCert: true, rejectUnauthorized: true }, (client) => {
    const daemon = net.connect(SOCKET);
    client.on('error', () => daemon.destroy());
    daemon.on('error', () => client.destroy());
    client.pipe(daemon).pipe(client);
  });
  const port = () => (server.address() as net.AddressInfo).port;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // In the place of ssh: notes how it was called, and runs the command on this host.
    fs.mkdirSync(path.join(directory, 'bin'));
    fs.writeFileSync(path.join(directory, 'bin/ssh'), `#!/bin/sh\necho "$@" >> ${directory}/calls\nwhile [ "$1" != -- ]; do shift; done\n[ "$2" = root@worker ] || { echo "Permission denied (publickey)." >&2; exit 255; }\nshift 2\nexec "$@"\n`, { mode: 0o755 });
    process.env.PATH = `${directory}/bin:${searchPath}`;
  });
  afterAll(() => {
    process.env.PATH = searchPath;
    server.close();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  it('unix', async () => useHost(await DockerHostClient.connect(parseDockerHost(`unix://${SOCKET}`)), name('unix')));

  it('tcp with TLS, which both ends prove', async () => {
    const host = parseDockerHost(`tcp://127.0.0.1:${port()}`);
    await useHost(await DockerHostClient.connect(host, keys), name('tls'));
    await expect(DockerHostClient.connect(host)).rejects.toThrow(`the Docker daemon at tcp://127.0.0.1:${port()} cannot be reached`);
  });

  it('ssh, with the port and the user of the address', async () => {
    await useHost(await DockerHostClient.connect(parseDockerHost('ssh://root@worker:2222')), name('ssh'));
    expect(fs.readFileSync(path.join(directory, 'calls'), 'utf8').split('\n')[0]).toContain('-p 2222 -- root@worker docker system dial-stdio');
  });

  it('ssh that is refused says so in its own words', async () => {
    await expect(DockerHostClient.connect(parseDockerHost('ssh://nobody@worker'))).rejects.toThrow('the Docker daemon at ssh://nobody@worker cannot be reached: ssh nobody@worker: Permission denied (publickey).');
  });
});
