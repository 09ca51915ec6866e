import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

export interface Run {
  readonly milliseconds: number;
  /** Milliseconds of all its threads; 0 without GNU time. */
  readonly cpu: number;
  /** The most memory it had; 0 without GNU time. */
  readonly kilobytes: number;
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface MeasureOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end. GNU time tells the most memory a process had; without it only the seconds are told. */
export function measure([program, ...args]: readonly string[], { cwd, env }: MeasureOptions = {}): Run {
  const timer = fs.existsSync('/usr/bin/time') ? '/usr/bin/time' : undefined;
  const settings = { encoding: 'utf8', maxBuffer: 1 << 30, cwd, env: { ...process.env, ...env } } as const;
  const start = performance.now();
  const { stdout, stderr, error, status } = timer ? spawnSync(timer, ['-f', '%M %U %S', program, ...args], settings) : spawnSync(program, args, settings);
  const milliseconds = performance.now() - start;
  if (error) throw error;
  const [, kilobytes = '0', user = '0', system = '0'] = /^(\d+) ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  return { milliseconds, cpu: (Number(user) + Number(system)) * 1000, kilobytes: Number(kilobytes), code: status, output: stdout, errors: stderr };
}
