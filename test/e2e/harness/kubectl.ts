import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { run, tryRun, type CommandOptions, type CommandResult } from './command';

/** The versions of kubectl on this machine: `kubectl.1.XX` beside the installed one, or that one alone. */
export function kubectlVersions(wanted: readonly string[]): readonly { readonly version: string; readonly program: string }[] {
  const installed = findInstalled();
  if (!installed) return [];
  const folder = path.dirname(fs.realpathSync(installed));
  const found = wanted.map((version) => ({ version, program: path.join(folder, `kubectl.${version}`) })).filter(({ program }) => fs.existsSync(program));
  return found.length > 0 ? found : [{ version: 'installed', program: installed }];
}

function findInstalled(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

export interface Kubectl {
  readonly program: string;
  /** Arguments and environment that lead to the cluster and namespace of the test. */
  readonly prefix: readonly string[];
  /** Standard output; throws when kubectl fails. */
  (line: string | readonly string[], options?: CommandOptions): Promise<string>;
  /** Never throws because of the exit code. */
  try(line: string | readonly string[], options?: CommandOptions): Promise<CommandResult>;
}

export function kubectlFor({ program, kubeconfig, namespace }: { readonly program: string; readonly kubeconfig: string; readonly namespace?: string }): Kubectl {
  const prefix = ['--kubeconfig', kubeconfig, ...(namespace ? ['-n', namespace] : [])];
  const words = (line: string | readonly string[]) => [...prefix, ...(typeof line === 'string' ? line.split(' ').filter(Boolean) : line)];
  const env = { HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '' };
  const call = (line: string | readonly string[], options: CommandOptions = {}) => run(program, words(line), { ...options, env: { ...env, ...options.env } });
  return Object.assign(call, {
    program,
    prefix,
    try: (line: string | readonly string[], options: CommandOptions = {}) => tryRun(program, words(line), { ...options, env: { ...env, ...options.env } }),
  });
}
