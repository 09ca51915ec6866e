import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LARGE = { maxBuffer: 64 * 1024 * 1024 };

/**
 * Unpacks Debian packages and all they depend on into a folder that becomes an image's root. No maintainer script runs (so nothing of the
 * host is touched); what they would have done, an image's `setup.sh` does. Packages are kept in `archives` for the next image.
 */
export async function debianRoot(packages, { folder, archives }) {
  const root = path.join(folder, 'root');
  const state = path.join(folder, 'state');
  for (const made of [state, path.join(folder, 'none', 'partial'), path.join(archives, 'partial'), ...['bin', 'sbin', 'lib', 'lib64'].map((name) => path.join(root, 'usr', name))]) fs.mkdirSync(made, { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) fs.symlinkSync(`usr/${name}`, path.join(root, name));
  fs.writeFileSync(path.join(state, 'status'), '');

  const apt = (cache, ...words) => run('apt-get', [
    '-o', `Dir::State::status=${state}/status`, '-o', `Dir::Cache::archives=${cache}`, '-o', 'APT::Install-Recommends=false',
    '-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=1', '-qq', '-y', ...words,
  ], { ...LARGE, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });

  // Against an empty cache apt prints every archive that belongs to the image, downloaded already or not.
  const { stdout } = await apt(path.join(folder, 'none'), '--print-uris', '--download-only', 'install', ...packages);
  const files = [...stdout.matchAll(/^'[^']+' (\S+\.deb) /gm)].map((match) => match[1]);
  await apt(archives, '--download-only', 'install', ...packages);
  for (const file of files) await unpack(path.join(archives, file), root);
  completeRoot(root);
  return root;
}

function unpack(deb, root) {
  return new Promise((resolve, reject) => {
    const from = spawn('dpkg-deb', ['--fsys-tarfile', deb], { stdio: ['ignore', 'pipe', 'inherit'] });
    const to = spawn('tar', ['x', '-C', root, '--keep-directory-symlink', '--no-same-owner'], { stdio: [from.stdout, 'inherit', 'inherit'] });
    to.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${path.basename(deb)} could not be unpacked (tar ended with ${code})`))));
    to.on('error', reject);
    from.on('error', reject);
  });
}

/** What base packages' scripts would have made. */
function completeRoot(root) {
  const write = (file, text) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  const users = { root: 0, daemon: 1, bin: 2, sys: 3, 'www-data': 33, mysql: 999, redis: 998, nginx: 101, nobody: 65534 };
  write('etc/passwd', Object.entries(users).map(([name, id]) => `${name}:x:${id}:${id}:${name}:${name === 'root' ? '/root' : '/nonexistent'}:${name === 'root' ? '/bin/sh' : '/usr/sbin/nologin'}\n`).join(''));
  write('etc/group', Object.entries({ ...users, tty: 5, adm: 4 }).map(([name, id]) => `${name === 'nobody' ? 'nogroup' : name}:x:${id}:\n`).join(''));
  write('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\n');
  const link = (target, file) => fs.existsSync(path.join(root, target.startsWith('/') ? target.slice(1) : `usr/bin/${target}`)) && !fs.existsSync(path.join(root, file)) && fs.symlinkSync(target, path.join(root, file));
  link('dash', 'usr/bin/sh');
  link('mawk', 'usr/bin/awk');
  for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info', 'usr/share/lintian']) fs.rmSync(path.join(root, folder), { recursive: true, force: true });
  for (const folder of ['tmp', 'run', 'proc', 'sys', 'dev', 'root', 'var/tmp', 'var/log', 'var/run']) if (!fs.existsSync(path.join(root, folder))) fs.mkdirSync(path.join(root, folder), { recursive: true });
  for (const folder of ['tmp', 'var/tmp']) fs.chmodSync(path.join(root, folder), 0o1777);
}
