import { acceptCommand } from '../streams/accept-command';
import { streamOptions } from '../streams/remote-command';
import { serveCommand } from '../streams/serve-command';
import type { Call, Endpoint } from './endpoint';
import { runningContainer } from './find-container';

/** `kubectl attach` and `kubectl run -i`. */
export const attach: Endpoint = { path: '/attach/:namespace/:pod/:container', upgrade: run };
export const attachWithUid: Endpoint = { path: '/attach/:namespace/:pod/:uid/:container', upgrade: run };

async function run(call: Call & { readonly upgrade: Parameters<typeof acceptCommand>[0] }): Promise<void> {
  const { id, tty } = await runningContainer(call);
  const options = { ...streamOptions(call.query), tty };
  const client = await acceptCommand(call.upgrade, options);
  await serveCommand(client, () => call.context.cri.attach(id, options));
}
