import type { StreamOptions } from '../../../cri/cri';
import { acceptSpdy, acceptWebsocket, isWebsocket, offeredProtocols, type UpgradeRequest } from '../upgrade';
import { HttpError } from '../endpoints/endpoint';
import type { RemoteCommandStreams } from './remote-command';
import { COMMAND_PROTOCOLS, spdyCommandStreams } from './spdy-command';
import { WEBSOCKET_COMMAND_PROTOCOLS, websocketCommandStreams } from './websocket-command';

/** Agrees with the client on a protocol for exec or attach and waits for its streams. Rejects with HttpError before anything was answered. */
export async function acceptCommand(upgrade: UpgradeRequest, options: StreamOptions): Promise<RemoteCommandStreams> {
  if (!options.stdin && !options.stdout && !options.stderr) throw new HttpError(400, 'you must specify at least 1 of stdin, stdout, stderr');
  const offered = offeredProtocols(upgrade);
  if (isWebsocket(upgrade)) {
    const protocol = WEBSOCKET_COMMAND_PROTOCOLS.find((known) => offered.includes(known)) ?? (offered.length === 0 ? '' : undefined);
    if (protocol === undefined) throw new HttpError(403, `unable to upgrade: none of the protocols ${offered.join(', ')} is supported`);
    return websocketCommandStreams(await acceptWebsocket(upgrade, protocol), options, protocol || 'channel.k8s.io');
  }
  const protocol = COMMAND_PROTOCOLS.find((known) => offered.includes(known)) ?? (offered.length === 0 ? 'channel.k8s.io' : undefined);
  if (!protocol) throw new HttpError(403, `unable to upgrade: none of the protocols ${offered.join(', ')} is supported`);
  return spdyCommandStreams(acceptSpdy(upgrade, protocol), options, protocol);
}
