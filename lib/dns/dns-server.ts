import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { type Logger, silentLogger } from '../base/logger';
import type { Informers } from '../client/informers';
import { Forwarder, withLength } from './forwarder';
import { type ResponderConfig, tryRespond } from './respond';

export interface DnsServerConfig {
  readonly informers: Informers;
  /** Address to listen on: the gateway of the pods. */
  readonly address: string;
  /** @default 53 */
  readonly port?: number;
  /** @default cluster.local */
  readonly domain?: string;
  /** Ranges of pods and Services. */
  readonly ranges: readonly string[];
  readonly resolvConf?: string;
  readonly logger?: Logger;
}

/** Longest message that a TCP client may send: questions are short. */
const LONGEST_QUESTION = 4096;
const IDLE_CONNECTION = 10_000;

/** The cluster's name server on one host, over UDP and TCP. */
export class DnsServer {
  private readonly responder: ResponderConfig;
  private readonly logger: Logger;

  constructor(private readonly config: DnsServerConfig) {
    const { informers, address, domain = 'cluster.local', ranges, resolvConf } = config;
    this.logger = config.logger ?? silentLogger;
    this.responder = { domain, address, ranges, lister: informers.lister, forwarder: new Forwarder({ own: [address], resolvConf }) };
    for (const kind of ['Namespace', 'Service', 'EndpointSlice'] as const) informers.onChange(kind, () => undefined);
  }

  /** Resolves when it answers; rejects when the port is taken. Ends with the signal. The informers must have been started. */
  async start(signal: AbortSignal): Promise<void> {
    const udp = await this.listenUdp();
    const tcp = await this.listenTcp().catch((error: unknown) => {
      udp.close();
      throw error;
    });
    const close = () => {
      udp.close();
      tcp.close();
    };
    if (signal.aborted) close();
    else signal.addEventListener('abort', close, { once: true });
  }

  private listenUdp(): Promise<Socket> {
    const { address, port = 53 } = this.config;
    return new Promise((resolve, reject) => {
      const socket = createSocket('udp4');
      socket.once('error', (error) => reject(this.taken(error)));
      socket.on('message', (packet, peer) => {
        void this.respond(packet, 'udp').then((answer) => answer && socket.send(answer, peer.port, peer.address, () => undefined)).catch(() => undefined);
      });
      socket.bind(port, address, () => {
        socket.removeAllListeners('error').on('error', (error) => this.logger.warn('a DNS answer could not be sent', { error }));
        resolve(socket);
      });
    });
  }

  private listenTcp(): Promise<Server> {
    const { address, port = 53 } = this.config;
    return new Promise((resolve, reject) => {
      const server = createServer((socket) => this.serve(socket));
      server.once('error', (error) => reject(this.taken(error)));
      server.listen(port, address, () => resolve(server));
    });
  }

  private serve(socket: TcpSocket): void {
    let received = Buffer.alloc(0);
    socket.unref().setTimeout(IDLE_CONNECTION, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const packet = received.subarray(2, 2 + received.readUInt16BE(0));
        received = received.subarray(2 + packet.length);
        void this.respond(packet, 'tcp').then((answer) => answer && socket.write(withLength(answer)));
      }
      if (received.length > LONGEST_QUESTION) socket.destroy();
    });
  }

  private async respond(packet: Buffer, protocol: 'udp' | 'tcp'): Promise<Buffer | undefined> {
    try {
      return await tryRespond(packet, protocol, this.responder);
    } catch (error) {
      this.logger.warn('a DNS question could not be answered', { error });
      return undefined;
    }
  }

  private taken(error: Error): Error {
    const { address, port = 53 } = this.config;
    return new Error(`DNS cannot listen on ${address}:${port}: ${error.message}; another name server of this host listens on every address, bind it to its own`, { cause: error });
  }
}
