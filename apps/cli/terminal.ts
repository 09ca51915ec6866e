import * as fs from 'node:fs';
import type { Streams } from '../../lib/client/container-streams';
import type { Terminal } from '../../lib/apply/run/terminal';

/** The person's terminal as it is, or what is piped. `close` gives it back. */
export function openTerminal(): Terminal & { close(): void } {
  const { stdin, stdout, stderr } = process;
  const tty = Boolean(stdin.isTTY && stdout.isTTY);
  let resize: (() => void) | undefined;
  return {
    tty, stdin: tty || isPiped(),
    write(data, stream = 'stdout') {
      const sink = stream === 'stderr' ? stderr : stdout;
      return sink.write(data) ? undefined : new Promise<void>((resolve) => sink.once('drain', resolve));
    },
    connect(streams, atEnd) {
      if (tty) {
        stdin.setRawMode(true);
        resize = () => streams.resize(stdout.columns, stdout.rows);
        stdout.on('resize', resize);
        resize();
      }
      void pump(streams, atEnd);
    },
    close() {
      if (tty) stdin.setRawMode(false);
      if (resize) stdout.off('resize', resize);
      stdin.pause();
    },
  };
}

async function pump(streams: Streams, atEnd: 'end' | 'close'): Promise<void> {
  try {
    for await (const data of process.stdin) await streams.write(data as Buffer);
  } catch {
    // An input that breaks has ended.
  }
  streams[atEnd]();
}

/** A terminal alone, or /dev/null, has nothing for the command. */
function isPiped(): boolean {
  try {
    const stat = fs.fstatSync(0);
    return stat.isFIFO() || stat.isFile() || stat.isSocket();
  } catch {
    return false;
  }
}
