import * as fs from 'node:fs';
import { join } from 'node:path';

/** Where one runtime keeps everything that is its own. */
export class DataDirectory {
  readonly store: string;
  readonly pki: string;
  readonly kubeconfig: string;
  readonly log: string;
  readonly lock: string;
  readonly settings: string;
  /** Volumes and other files of the pods. */
  readonly node: string;
  /** PersistentVolumes made on demand. */
  readonly volumes: string;
  /** Further Docker hosts: how each is reached, one file a node. */
  readonly nodes: string;

  constructor(readonly path: string) {
    const at = (name: string) => join(path, name);
    this.store = at('store.db');
    this.pki = at('pki');
    this.kubeconfig = at('kubeconfig');
    this.log = at('runtime.log');
    this.lock = at('runtime.pid');
    this.settings = at('settings.json');
    this.node = at('node');
    this.volumes = at('volumes');
    this.nodes = at('nodes');
  }

  /** Where log collectors look for the pods' logs: the usual place for the runtime of the usual name. */
  logLinks(runtime: string): string {
    return runtime === 'twelve' ? '/var/log' : join(this.path, 'log');
  }

  get exists(): boolean {
    return fs.existsSync(this.path);
  }

  /** Keys and objects are for the user alone. Idempotent. */
  ensure(): void {
    fs.mkdirSync(this.path, { recursive: true, mode: 0o700 });
    fs.chmodSync(this.path, 0o700);
  }

  /** Whole or not at all, also when the process dies in between. */
  write(file: string, text: string): void {
    fs.writeFileSync(`${file}.new`, text, { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
  }
}
