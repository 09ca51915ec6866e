import type { Invocation } from '../commands/command';
import type { DockerImageSupplier } from './docker-image-supplier';

/** Builds with the Docker that $DOCKER_HOST names (this host's own one by default) and knows the hosts of the bundled runtime. */
export async function openImageSupplier({ environment, target }: Pick<Invocation, 'environment' | 'target'>, { lookOnly = false } = {}): Promise<DockerImageSupplier> {
  const [{ DockerImageSupplier: Supplier }, { ImageBuilder }, { parseDockerHost }, { tryDockerLogin }, { DataDirectory }, { dockerNodes }] = await Promise.all([
    import('./docker-image-supplier.js'), import('../../../lib/cri/docker/image-builder.js'), import('../../../lib/cri/docker/docker-host.js'), import('./docker-login.js'),
    import('../../../lib/cluster/data-directory.js'), import('../../../lib/cluster/nodes/docker-node.js'),
  ]);
  const nodes = target.isForeign ? [] : dockerNodes(new DataDirectory(target.dataDirectory));
  return new Supplier({
    lookOnly,
    connect: () => ImageBuilder.connect(parseDockerHost(environment['DOCKER_HOST'] || 'unix:///var/run/docker.sock')),
    nodes: nodes.map(({ name, dockerHost, tls }) => ({ node: name, connect: () => ImageBuilder.connect(parseDockerHost(dockerHost), tls) })),
    login: (image) => tryDockerLogin(image, environment),
  });
}
