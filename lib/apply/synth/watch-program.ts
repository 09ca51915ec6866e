import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Clock, sleep } from '../../base/clock';
import { moveManifests } from './output-folder';
import { ProgramProcess } from './program-process';
import { openTranspiler, type Transpiler } from './transpile';

export interface WatchOptions {
  /** Absolute path of the program. */
  readonly file: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onOutput: (text: string) => void;
  /** Folder of the YAML. */
  readonly outdir: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told after each run. */
  readonly onRun: (result: WatchResult) => void;
}

export interface WatchResult {
  /** Files of the folder that differ from the run before. */
  readonly changed: readonly string[];
  /** Milliseconds from the notice of the change until the YAML was written. */
  readonly milliseconds: number;
  /** Why there is no new YAML; the folder is as it was. */
  readonly failure?: unknown;
}

/** An editor's save is several events: truncated, written, renamed. */
const SETTLE = 5;

/**
 * Runs a program, and again whenever one of its own files is saved, until the signal aborts. The next run's process is started before it is needed and
 * only changed files are transpiled, so that a run costs little more than the program itself.
 */
export async function watchProgram(options: WatchOptions): Promise<void> {
  const { file, cwd, signal, onRun, outdir } = options;
  const staging = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-'));
  const transpiler = await openTranspiler(file, cwd);
  const changes = new Changes(path.dirname(file), options.clock);
  const start = () => new ProgramProcess({ ...options, outdir: staging });
  let next = start();
  try {
    while (!signal.aborted) {
      const begin = changes.reset();
      const result = await runOnce(transpiler, next, changes).then(() => ({ changed: moveManifests(staging, outdir, file) })).catch((failure: unknown) => ({ changed: [], failure }));
      onRun({ ...result, milliseconds: options.clock.now() - begin });
      await next.end();
      next = start();
      await changes.wait(signal);
    }
  } finally {
    changes.close();
    await Promise.all([next.end(), transpiler.close()]);
    fs.rmSync(staging, { recursive: true, force: true });
  }
}

async function runOnce(transpiler: Transpiler, process: ProgramProcess, changes: Changes): Promise<void> {
  const { code, files } = await transpiler.transpile();
  changes.follow(files);
  await process.run(code);
}

/** Whether a file was saved since `reset`. Folders are watched and not files: editors replace a file, and its watch would end with it. */
class Changes {
  private readonly watchers = new Map<string, fs.FSWatcher>();
  private files: ReadonlySet<string> = new Set();
  private changedAt: number | undefined;
  private wake: () => void = () => undefined;

  constructor(folder: string, private readonly clock: Clock) {
    this.watch(folder);
  }

  /** Forgets the change. @returns when it was noticed */
  reset(): number {
    const at = this.changedAt ?? this.clock.now();
    this.changedAt = undefined;
    return at;
  }

  follow(files: readonly string[]): void {
    this.files = new Set(files);
    for (const file of files) this.watch(path.dirname(file));
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (this.changedAt === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    await sleep(this.clock, SETTLE, signal);
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
  }

  private watch(folder: string): void {
    if (this.watchers.has(folder)) return;
    this.watchers.set(folder, fs.watch(folder, (_, name) => {
      // Before the first good run it is not known which files count: any source may be the one that is missing.
      const matters = this.files.size === 0 ? /\.[cm]?[jt]sx?$|\.json$/.test(name ?? '') : this.files.has(path.join(folder, name ?? ''));
      if (!matters) return;
      this.changedAt ??= this.clock.now();
      this.wake();
    }));
  }
}
