import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Logger } from '../base/logger';
import type { ApiRequest, ApiResponse, Transport, UserInfo } from '../api/request';
import { errorResponse } from './api-error';
import { authenticate } from './auth/authenticator';
import { checkAuthorized } from './authorization';
import { impersonated } from './auth/impersonation';
import type { Authorizer } from './auth/authorizer';
import type { TokenVerifier } from './auth/service-account-tokens';
import { readBody } from './http/read-body';
import { serveWatchSocket } from './http/watch-socket';
import { writeResponse } from './http/write-response';
import type { NodeCredentials } from './node-proxy/https-node-connector';
import { isPodStream, podStreamTarget } from './node-proxy/pod-stream';
import { tunnelToNode } from './node-proxy/tunnel';
import type { ObjectReader } from './object-reader';
import { parseRequest } from './request-info';

export interface HttpsServerConfig {
  /** Answers what is not an upgrade; authorizes by itself. */
  readonly handle: Transport;
  readonly reader: ObjectReader;
  readonly authorizer: Authorizer;
  readonly tokens: TokenVerifier;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  /** For streams to pods. */
  readonly nodeCredentials: NodeCredentials;
  readonly logger: Logger;
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/**
 * The API server's port: turns HTTPS requests into calls of `handle`, finds out who asks, and joins upgrades (exec, attach, port-forward) with the pod's node.
 * `start` resolves when it listens; it ends, with every connection, when the signal aborts.
 */
export class HttpsServer {
  private readonly server: https.Server;

  constructor(private readonly config: HttpsServerConfig) {
    const { ca, cert, key } = config.tls;
    this.server = https.createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: false, keepAliveTimeout: 90_000, requestTimeout: 0, headersTimeout: 30_000 });
    this.server.on('secureConnection', readAsStream);
    this.server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.serve(request, response));
    this.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => void this.upgrade(request, socket, head));
    this.server.on('tlsClientError', (error) => config.logger.debug('TLS handshake failed', { error }));
  }

  start(signal: AbortSignal): Promise<{ readonly port: number }> {
    const { address, port } = this.config;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, address, () => {
        this.server.off('error', reject);
        signal.addEventListener('abort', () => {
          this.server.close();
          this.server.closeAllConnections();
        }, { once: true });
        resolve({ port: (this.server.address() as AddressInfo).port });
      });
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    response.setHeader('audit-id', String(request.headers['audit-id'] ?? randomUUID()));
    response.setHeader('cache-control', 'no-cache, private');
    const answer = await this.answer(request, gone.signal);
    try {
      await writeResponse(response, answer, { acceptsGzip: /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) });
    } catch (error) {
      if (!gone.signal.aborted) this.config.logger.warn('an answer could not be sent', { path: request.url, error });
      response.destroy();
    }
  }

  private async answer(request: IncomingMessage, signal: AbortSignal): Promise<ApiResponse> {
    try {
      const body = await readBody(request);
      const bare = toApiRequest(request, { body, signal });
      return await this.config.handle({ ...bare, user: await this.userOf(request, bare) });
    } catch (error) {
      const answer = errorResponse(error);
      if (answer.status >= 500 && !signal.aborted) this.config.logger.error('a request failed', { method: request.method, path: request.url, error });
      return answer;
    }
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', (error) => this.config.logger.debug('client connection ended', { error }));
    try {
      const bare = toApiRequest(request, {});
      const user = await this.userOf(request, bare);
      const info = parseRequest(bare);
      if (isPodStream(info)) {
        checkAuthorized(this.config.authorizer, user, info);
        const target = podStreamTarget(info, bare.query ?? new URLSearchParams(), this.config.reader);
        await tunnelToNode(request, socket, head, { target, credentials: this.config.nodeCredentials, logger: this.config.logger });
        return;
      }
      const gone = new AbortController();
      socket.on('close', () => gone.abort());
      const answer = await this.config.handle({ ...bare, user, signal: gone.signal });
      if (answer.stream && info.verb === 'watch') await serveWatchSocket(request, socket, head, answer);
      else refuse(socket, answer);
    } catch (error) {
      refuse(socket, errorResponse(error));
    }
  }

  private async userOf(request: IncomingMessage, { headers = {} }: ApiRequest): Promise<UserInfo> {
    const socket = request.socket as TLSSocket;
    const certificate = socket.authorized ? socket.getPeerCertificate() : undefined;
    const user = await authenticate({ certificate, authorization: headers.authorization }, this.config.tokens);
    return impersonated(this.config.authorizer, user, headers);
  }
}

/**
 * Node lets the HTTP parser read a connection directly. While an answer waits to be taken it pauses the parser, but a TLS connection hands over what it has decrypted already,
 * and the paused parser takes that for an error: a client's large PUT after a large answer would end with a closed connection. A listener for data makes it read as a stream, which can wait.
 */
function readAsStream(socket: TLSSocket): void {
  const listener = () => undefined;
  socket.on('data', listener).off('data', listener);
}

function toApiRequest({ method = 'GET', url = '/', headers }: IncomingMessage, more: Pick<ApiRequest, 'body' | 'signal'>): ApiRequest {
  const at = url.indexOf('?');
  return {
    method: method.toUpperCase(), path: at < 0 ? url : url.slice(0, at), query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value ?? ''])),
    ...more,
  };
}

/** An upgrade that is not made is answered as any other request. */
function refuse(socket: Duplex, { status, body }: ApiResponse): void {
  const text = JSON.stringify(body ?? {});
  socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`);
}
