import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { DockerRuntime } from '../../lib/cri/docker/docker-runtime';
import { BridgeNetwork } from '../../lib/cri/docker/network/bridge-network';
import { criContract } from '../contract/cri';

const IMAGE = 'busybox:1.35';
const docker = (...args: readonly string[]) => execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function available(): boolean {
  try {
    docker('image', 'inspect', IMAGE);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

describe.skipIf(!available())('Docker (needs root, a daemon and busybox:1.35)', () => {
  criContract('Docker', async () => {
    const runtime = await DockerRuntime.open({ runtime: 'contract', network: new BridgeNetwork({ runtime: 'contract', podCidr: '10.231.77.0/24' }) });
    await runtime.start();
    return { runtime, image: IMAGE, forever: ['sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.1; done'], close: () => runtime.removeAll() };
  });

  it('has the daemon that the tests of a whole runtime need', () => expect(docker('info', '--format', '{{.ServerVersion}}')).toMatch(/\d/));
});
