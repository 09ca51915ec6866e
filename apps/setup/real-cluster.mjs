import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Scripts beside the repository that build, start and end a Kubernetes control plane. */
export const controlPlaneScripts = path.join(root, '../shared/real-cluster');

/** Program, and Debian's package of it. */
const PROGRAMS = { etcd: 'etcd-server', openssl: 'openssl', curl: 'curl' };

/**
 * Makes sure that a real control plane can be started here: what is missing is installed from Debian's packages, and its binaries are built once. Returns why it
 * cannot, or undefined.
 */
export function tryPrepareRealCluster(log = (line) => console.error(line)) {
  if (!fs.existsSync(path.join(controlPlaneScripts, 'up.sh'))) return 'there is no ../shared/real-cluster/up.sh';
  if (process.platform !== 'linux' || process.getuid() !== 0) return 'a node that joins it needs root on Linux';
  const missing = Object.keys(PROGRAMS).filter((program) => !has(program));
  if (missing.length > 0) {
    log(`cluster  installing ${missing.join(', ')} from Debian packages …`);
    const failure = tryInstall(missing.map((program) => PROGRAMS[program]));
    if (failure) return `${missing.join(', ')} cannot be installed: ${failure}`;
  }
  log('cluster  building the control plane, unless that has been done (8 minutes) …');
  const { status, stderr } = spawnSync('bash', [path.join(controlPlaneScripts, 'build.sh')], { encoding: 'utf8', timeout: 30 * 60_000 });
  return status === 0 ? undefined : `the control plane cannot be built: ${stderr.trim().split('\n').at(-1)}`;
}

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** Why not; undefined when it is there. */
function tryInstall(packages) {
  if (!has('apt-get')) return 'this is not a Debian system';
  const apt = (...words) => spawnSync('apt-get', ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120', ...words], { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  apt('update');
  const { status, stderr } = apt('install', '--no-install-recommends', ...packages);
  return status === 0 ? undefined : stderr.trim().split('\n').at(-1);
}
