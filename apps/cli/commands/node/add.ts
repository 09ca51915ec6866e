import { type Command, textOption } from '../command';
import { runtimeOptions } from '../target-options';
import { readDockerTls, tlsOptions } from './docker-tls';
import { parseLabels } from './node-options';

/** `twelve node add <docker host>`: starts the node part there and waits until the node is Ready. */
export const nodeAdd: Command = {
  name: 'add',
  summary: 'Make a Docker host a node; nothing has to be installed there but Docker',
  arguments: [{ name: 'docker-host', summary: 'unix:///path/to/docker.sock, tcp://host:2376 or ssh://user@host', required: true }],
  options: [
    ...runtimeOptions,
    { flag: '--node-name <name>', summary: 'of the node (default: the host\'s own name)' },
    { flag: '--address <address>', summary: 'by which other nodes reach the host (default: that of the tcp or ssh address)' },
    { flag: '--docker-socket <path>', summary: 'of the daemon, on its own host (default: /var/run/docker.sock)' },
    { flag: '--labels <labels>', summary: 'key=value,… on the node' },
    ...tlsOptions,
  ],
  examples: ['twelve node add ssh://root@worker-1', 'twelve node add tcp://192.0.2.7:2376 --tls-directory ~/.docker/worker'],

  async run(invocation) {
    const { args: [dockerHost], out, options } = invocation;
    const tls = readDockerTls(dockerHost, invocation);
    const began = Date.now();
    out.status([`connecting to ${dockerHost}`]);
    const labels = parseLabels((textOption(options, 'labels') ?? '').split(',').filter(Boolean), '--labels');
    const { addDockerNode } = await import('../../add-docker-node.js');
    const name = await addDockerNode(invocation, () => ({
      dockerHost, tls, labels, name: textOption(options, 'nodeName'), address: textOption(options, 'address'), socketPath: textOption(options, 'dockerSocket'),
    }));
    out.status([]);
    out.line(`node     ${name} Ready   ${dockerHost}   ${((Date.now() - began) / 1000).toFixed(1)} s`);
  },
};
