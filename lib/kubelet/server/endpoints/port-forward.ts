import type { Duplex } from 'node:stream';
import { readySandbox } from '../../pod-runtime';
import { PORT_FORWARD_PROTOCOL, serveSpdyPortForward } from '../streams/spdy-port-forward';
import { byteStream, serveWebsocketPortForward, TUNNEL_PROTOCOL, WEBSOCKET_PORT_FORWARD_PROTOCOLS } from '../streams/websocket-port-forward';
import { acceptSpdy, acceptWebsocket, isWebsocket, offeredProtocols, type UpgradeRequest } from '../upgrade';
import { HttpError, type Call, type Endpoint } from './endpoint';
import { findPod, readRuntime } from './find-container';

/** `kubectl port-forward`. */
export const portForward: Endpoint = { path: '/portForward/:namespace/:pod', upgrade: run };
export const portForwardWithUid: Endpoint = { path: '/portForward/:namespace/:pod/:uid', upgrade: run };

async function run(call: Call & { readonly upgrade: UpgradeRequest }): Promise<void> {
  const { upgrade, context, query } = call;
  const sandbox = readySandbox(await readRuntime(call, findPod(call)));
  if (!sandbox) throw new HttpError(404, `pod "${call.params.namespace}/${call.params.pod}" is not running`);
  const connect = (port: number): Promise<Duplex> => {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return Promise.reject(new Error(`invalid port ${port}`));
    return context.cri.portForward(sandbox.id, port);
  };

  const offered = offeredProtocols(upgrade);
  if (!isWebsocket(upgrade)) {
    if (offered.length > 0 && !offered.includes(PORT_FORWARD_PROTOCOL)) throw new HttpError(403, `unable to upgrade: none of the protocols ${offered.join(', ')} is supported`);
    await serveSpdyPortForward(acceptSpdy(upgrade, PORT_FORWARD_PROTOCOL), connect);
  } else if (offered.includes(TUNNEL_PROTOCOL)) {
    await serveSpdyPortForward(byteStream(await acceptWebsocket(upgrade, TUNNEL_PROTOCOL)), connect);
  } else {
    const protocol = WEBSOCKET_PORT_FORWARD_PROTOCOLS.find((known) => offered.includes(known)) ?? '';
    const ports = query.getAll('port').flatMap((text) => text.split(',')).map(Number);
    if (ports.length === 0) throw new HttpError(400, 'query parameter "port" is required');
    await serveWebsocketPortForward(await acceptWebsocket(upgrade, protocol), ports, connect);
  }
}
