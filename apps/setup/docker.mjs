import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { dockerAnswers } from '../examples/images/docker-api.mjs';

const LOG_FILE = '/var/log/dockerd.log';
const PID_FILES = { dockerd: '/var/run/docker.pid', containerd: '/var/run/docker/containerd/containerd.pid' };
/** docker.io brings the engine, the rest is what its and our networking call. */
const PACKAGES = ['docker.io', 'iptables', 'nftables', 'iproute2', 'conntrack', 'procps', 'busybox-static'];

/**
 * Makes sure that a Docker daemon answers. One that answers is used as it is and nothing is installed; otherwise Docker is installed
 * from Debian's packages and started. Throws an error that says what is missing.
 */
export async function ensureDocker(log = (line) => console.error(line)) {
  if (await dockerAnswers()) return;
  if (process.platform !== 'linux') throw new Error('no Docker daemon answers; start Docker (or set DOCKER_HOST) and try again');
  if (process.env.DOCKER_HOST) throw new Error(`no Docker daemon answers at DOCKER_HOST=${process.env.DOCKER_HOST}; start it, or unset the variable to use the local one`);
  if (process.getuid() !== 0) throw new Error('no Docker daemon answers, and installing or starting one needs root; start it (sudo systemctl start docker), or run this as root');
  if (!has('dockerd') || !has('nft') || !has('ip') || !has('iptables')) install(log);
  await start(log);
}

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

function install(log) {
  if (!has('apt-get')) throw new Error('no Docker daemon answers, and this is not a Debian system; install Docker, nftables and iproute2 with your package manager');
  log('docker   no daemon answers: installing it from Debian packages …');
  const apt = (...words) => {
    const { status, stderr } = spawnSync('apt-get', ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120', ...words], { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    if (status !== 0) throw new Error(`apt-get ${words[0]} failed: ${stderr}`);
  };
  apt('update');
  apt('install', '--no-install-recommends', ...PACKAGES);
}

async function start(log) {
  log('docker   starting the daemon …');
  // A unit or init script may have started it at installation; otherwise there is no service manager and it is started by hand.
  if (!(await answersWithin(3000))) {
    if (fs.existsSync('/run/systemd/system')) spawnSync('systemctl', ['start', 'docker'], { stdio: 'ignore' });
    else {
      removeStalePidFiles();
      const output = fs.openSync(LOG_FILE, 'a');
      spawn('dockerd', [], { detached: true, stdio: ['ignore', output, output] }).unref();
    }
  }
  if (!(await answersWithin(60_000))) throw new Error(`the Docker daemon was started but does not answer; its log: ${LOG_FILE}`);
}

/** A daemon that was killed leaves its number behind, and the next one refuses to start when another program has that number by now. */
function removeStalePidFiles() {
  for (const [program, file] of Object.entries(PID_FILES)) {
    if (!fs.existsSync(file)) continue;
    const name = `/proc/${fs.readFileSync(file, 'utf8').trim()}/comm`;
    if (!fs.existsSync(name) || fs.readFileSync(name, 'utf8').trim() !== program) fs.rmSync(file);
  }
}

async function answersWithin(milliseconds) {
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    if (await dockerAnswers()) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}
