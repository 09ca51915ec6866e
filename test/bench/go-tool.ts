import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A program to be compared with, built once into the cache folder. undefined where there is no Go. */
export function tryGoTool(folder: string, module: string): string | undefined {
  const program = path.join(folder, path.basename(module.replace(/@.*$/, '')));
  if (fs.existsSync(program)) return program;
  const { status, error, stderr } = spawnSync('go', ['install', module], { encoding: 'utf8', env: { ...process.env, GOBIN: folder } });
  if (error) return undefined;
  if (status !== 0) throw new Error(`${module} could not be built: ${stderr}`);
  return program;
}
