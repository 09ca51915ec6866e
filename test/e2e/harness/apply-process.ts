import { spawn } from 'node:child_process';
import type { ApplyEvent } from '../../../lib/apply/apply-event';

export interface ApplyEnd {
  /** null: it was killed. */
  readonly code: number | null;
  readonly events: readonly ApplyEvent[];
  readonly err: string;
}

/** A command with `--output json` as a process of its own; `onEvent` sees each event as it is told and may end the process. */
export function followApply(words: readonly string[], options: { readonly cwd: string; readonly onNote?: (text: string) => void }, onEvent: (event: ApplyEvent, kill: () => void, past: readonly ApplyEvent[]) => void): Promise<ApplyEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...words, '--output', 'json'], { cwd: options.cwd, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
    const events: ApplyEvent[] = [];
    let rest = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((one) => one.startsWith('{'))) {
        const event = JSON.parse(line) as ApplyEvent;
        events.push(event);
        onEvent(event, () => child.kill('SIGKILL'), events);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      options.onNote?.(text);
    });
    child.on('error', reject).on('close', (code) => resolve({ code, events, err }));
  });
}
