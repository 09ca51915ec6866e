import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';

/** One thing the host must have. */
export interface HostCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do; present when it is not ok. */
  readonly fix?: string;
  /** Without it the runtime works, less well. */
  readonly optional?: boolean;
}

export interface HostCheckConfig {
  /** As in $DOCKER_HOST. @default unix:///var/run/docker.sock */
  readonly dockerHost?: string;
  /** As in $PATH. */
  readonly searchPath: string;
  readonly dataDirectory: string;
}

const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';
const ENOUGH_DISK = 2 * 2 ** 30;

/** Whether this process may set up the network of pods itself; otherwise the node part runs in a container. */
export const isHostAdministrator = () => process.platform === 'linux' && process.getuid?.() === 0;

/** What must hold before the node part can start, in the order in which it helps to fix them. In a container it needs Docker alone. */
export async function requiredChecks(config: HostCheckConfig): Promise<readonly HostCheck[]> {
  if (!isHostAdministrator()) return [await checkDocker(config.dockerHost)];
  return [...['nft', 'ip', 'nsenter'].map((program) => checkProgram(program, config.searchPath)), await checkDocker(config.dockerHost)];
}

/** Everything `twelve doctor` looks at. */
export async function hostChecks(config: HostCheckConfig): Promise<readonly HostCheck[]> {
  return [...await requiredChecks(config), checkProgram('iptables', config.searchPath, 'Docker\'s firewall rules cannot be told to let pods through'),
    checkProgram('conntrack', config.searchPath, 'UDP clients keep talking to a pod that is gone until they pause'), checkBridgeFilter(), checkDisk(config.dataDirectory)];
}

/** The socket's path of a Docker address; undefined when it is not a local one. */
export function tryDockerSocket(dockerHost: string = DEFAULT_DOCKER_HOST): string | undefined {
  return dockerHost.startsWith('unix://') ? dockerHost.slice('unix://'.length) : undefined;
}

const PACKAGES: Readonly<Record<string, string>> = { nft: 'nftables', ip: 'iproute2', nsenter: 'util-linux', iptables: 'iptables', conntrack: 'conntrack' };

function checkProgram(program: string, searchPath: string, without?: string): HostCheck {
  const found = searchPath.split(path.delimiter).map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
  const base = { name: program, ok: found !== undefined, optional: without !== undefined };
  return found ? { ...base, detail: found } : { ...base, detail: `not found in PATH${without ? `: ${without}` : ''}`, fix: `install it: apt-get install ${PACKAGES[program] ?? program}` };
}

export async function checkDocker(dockerHost: string = DEFAULT_DOCKER_HOST): Promise<HostCheck> {
  const name = 'Docker';
  const socketPath = tryDockerSocket(dockerHost);
  if (!socketPath) return { name, ok: false, detail: `${dockerHost} is not on this host`, fix: 'pods run on the host of the daemon: unset DOCKER_HOST, or run the command on that host' };
  try {
    return { name, ok: true, detail: `${await dockerVersion(socketPath)} at ${dockerHost}` };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const fix = code === 'EACCES' ? 'run the command as root, or add the user to the group docker' : 'start the daemon (systemctl start docker), or install it (apt-get install docker.io)';
    return { name, ok: false, detail: `no daemon answers at ${dockerHost}: ${message}`, fix };
  }
}

function dockerVersion(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get({ socketPath, path: '/version', timeout: 5_000, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const version = /"Version":"([^"]+)"/.exec(text)?.[1];
        if (response.statusCode === 200 && version) resolve(version);
        else reject(new Error(`it answered ${response.statusCode}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error('it does not answer')));
    request.on('error', reject);
  });
}

function checkBridgeFilter(): HostCheck {
  const ok = fs.existsSync('/proc/sys/net/bridge/bridge-nf-call-iptables') || fs.existsSync(`/lib/modules/${os.release()}/kernel/net/bridge/br_netfilter.ko`);
  const base = { name: 'br_netfilter', ok, optional: true };
  return ok ? { ...base, detail: 'available' } : { ...base, detail: 'missing: pods see the bridge\'s address instead of their client\'s when called through a Service', fix: 'load it: modprobe br_netfilter' };
}

function checkDisk(dataDirectory: string): HostCheck {
  let folder = dataDirectory;
  while (!fs.existsSync(folder)) folder = path.dirname(folder);
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  const base = { name: 'disk', ok: free >= ENOUGH_DISK, detail: `${(free / 2 ** 30).toFixed(1)} GiB free at ${folder}` };
  return base.ok ? base : { ...base, fix: 'free some space, or choose another place with --data-dir' };
}
