import { chown, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { CONFIG_FILE, type EdgeConfig } from './haproxy-config';
import { MOUNT, POD_PORTS } from './names';

/** Before the first configuration: starts, and is not ready. */
const FIRST = `global
  description none
  stats socket ${MOUNT}/run/worker.sock mode 600 level admin expose-fd listeners
  fd-hard-limit 20000

defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s

frontend health
  bind :${POD_PORTS.health}
  http-request return status 200 if { path /alive }
  http-request return status 503
`;

/**
 * What the proxy reads: one folder a configuration, a link `current` to the one that counts, sockets in `run`. Only the proxy's user and root can read it: there are keys in it.
 * Every change is whole or not at all.
 */
export class ConfigDirectory {
  readonly workerSocket: string;
  readonly masterSocket: string;

  /** @param owner number of the proxy's user; @default whoever writes */
  constructor(readonly path: string, private readonly owner?: number) {
    this.workerSocket = this.at('run', 'worker.sock');
    this.masterSocket = this.at('run', 'master.sock');
  }

  /** Makes what is missing. Idempotent. */
  async ensure(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    for (const folder of [this.path, this.at('run')]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await this.own(folder);
    }
    if (await this.tryReadCurrent() !== undefined) return;
    await this.prepare({ id: 'none', files: new Map([[CONFIG_FILE, FIRST]]) });
    await this.choose('none');
  }

  /** The id of the configuration that counts. */
  async tryCurrent(): Promise<string | undefined> {
    return (await readlink(this.at('current')).catch(() => undefined));
  }

  async tryReadCurrent(): Promise<string | undefined> {
    return readFile(this.at('current', CONFIG_FILE), 'utf8').catch(() => undefined);
  }

  /** Writes a configuration beside those that are there. */
  async prepare({ id, files }: EdgeConfig): Promise<void> {
    const folder = this.at(id);
    const unfinished = `${folder}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    for (const [name, text] of files) await this.write(path.join(unfinished, name), text);
    await this.own(unfinished);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  }

  /** From now on it counts; others are removed. */
  async choose(id: string): Promise<void> {
    const link = this.at('current.new');
    await rm(link, { force: true });
    await symlink(id, link);
    await rename(link, this.at('current'));
    for (const name of await readdir(this.path)) if (name !== id && name !== 'run' && name !== 'current') await rm(this.at(name), { recursive: true, force: true });
  }

  /** Puts what the slots hold now where a proxy that is started again reads it. */
  async rewriteCurrent({ id, files }: EdgeConfig): Promise<void> {
    const file = this.at(id, CONFIG_FILE);
    await this.write(`${file}.new`, files.get(CONFIG_FILE) ?? '');
    await rename(`${file}.new`, file);
  }

  /** Takes away what was only tried. */
  async discard(id: string): Promise<void> {
    if (await this.tryCurrent() !== id) await rm(this.at(id), { recursive: true, force: true });
  }

  private async own(file: string): Promise<void> {
    if (this.owner !== undefined) await chown(file, this.owner, this.owner);
  }

  private at(...names: readonly string[]): string {
    return path.join(this.path, ...names);
  }

  private async write(file: string, text: string): Promise<void> {
    await writeFile(file, text, { mode: 0o600 });
    await this.own(file);
  }
}
