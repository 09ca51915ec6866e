import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { ServerSlot } from './server-slot';

/** What of HAProxy the edge relies on: two sockets, slots that commands change, and a reload that reads `current/haproxy.cfg`. */
export class FakeHaproxy {
  readonly commands: string[] = [];
  reloads = 0;
  private id = '';
  private readonly slots = new Map<string, ServerSlot>();
  private readonly servers: net.Server[] = [];

  constructor(private readonly directory: string) {}

  async start(): Promise<void> {
    this.load();
    await Promise.all([this.listen('worker.sock', (command) => this.answer(command)), this.listen('master.sock', (command) => this.master(command))]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }

  /** Where requests to a backend go. */
  serversOf(backend: string): readonly string[] {
    return [...this.slots].filter(([name, { state }]) => name.startsWith(`${backend}/`) && state === 0).map(([, { address, port }]) => `${address}:${port}`);
  }

  private load(): void {
    const text = fs.readFileSync(path.join(this.directory, 'current/haproxy.cfg'), 'utf8');
    this.id = /description (\S+)/.exec(text)?.[1] ?? '';
    this.slots.clear();
    let backend = '';
    for (const line of text.split('\n')) {
      backend = /^backend (\S+)/.exec(line)?.[1] ?? backend;
      const server = /^ {2}server (\S+) ([\d.]+):(\d+)( disabled)?/.exec(line);
      if (server) this.slots.set(`${backend}/${server[1]}`, { address: server[2], port: Number(server[3]), state: server[4] ? 5 : 0 });
    }
  }

  private master(command: string): string {
    if (command !== 'reload') throw new Error(`the master knows no ${command}`);
    this.reloads += 1;
    this.load();
    return '';
  }

  private answer(commands: string): string {
    return commands.split(';').map((command) => this.one(command)).join('\n');
  }

  private one(command: string): string {
    if (command === 'show info') return `Name: HAProxy\ndescription: ${this.id}\n`;
    if (command === 'show servers state') {
      const lines = [...this.slots].map(([name, { address, port, state }]) => `1 ${name.replace('/', ' 1 ')} ${address} 2 ${state} ${port}`);
      return ['1', '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_port', ...lines, ''].join('\n');
    }
    this.commands.push(command);
    const [, name, what] = /^set server (\S+) (.*)$/.exec(command) ?? [];
    const slot = this.slots.get(name);
    if (!slot) throw new Error(`no server ${command}`);
    const address = /^addr (\S+) port (\d+)$/.exec(what);
    this.slots.set(name, address ? { ...slot, address: address[1], port: Number(address[2]) } : { ...slot, state: what === 'state ready' ? 0 : 1 });
    return '';
  }

  private async listen(name: string, answer: (command: string) => string): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => socket.end(answer(text.trim())));
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(path.join(this.directory, 'run', name), resolve));
  }
}
