import { acceptCommand } from '../streams/accept-command';
import { streamOptions } from '../streams/remote-command';
import { serveCommand } from '../streams/serve-command';
import { HttpError, type Call, type Endpoint } from './endpoint';
import { runningContainer } from './find-container';

/** `kubectl exec` and `kubectl cp`. */
export const exec: Endpoint = { path: '/exec/:namespace/:pod/:container', upgrade: run };
export const execWithUid: Endpoint = { path: '/exec/:namespace/:pod/:uid/:container', upgrade: run };

async function run(call: Call & { readonly upgrade: Parameters<typeof acceptCommand>[0] }): Promise<void> {
  const { id } = await runningContainer(call);
  const command = call.query.getAll('command');
  if (command.length === 0) throw new HttpError(400, 'you must specify at least one "command"');
  const options = streamOptions(call.query);
  const client = await acceptCommand(call.upgrade, options);
  await serveCommand(client, () => call.context.cri.exec(id, command, options));
}
