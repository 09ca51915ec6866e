import type Dockerode from 'dockerode';
import type { RegistryAuth } from '../cri';
import { CriError } from '../cri-error';
import type { Engine } from './engine';
import { engineMessage, toCriError } from './errors';
import { imageStatus } from './image-status';

export async function pullImage(engine: Engine, image: string, auth?: RegistryAuth): Promise<string> {
  const reference = /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
  try {
    const progress = await engine.docker.pull(reference, auth ? { authconfig: toAuthConfig(auth) } : {});
    await finished(engine.docker, progress);
  } catch (error) {
    throw new CriError(toCriError(error).reason === 'Unavailable' ? 'Unavailable' : 'Failed', engineMessage(error), { cause: error });
  }
  const status = await imageStatus(engine, image);
  if (!status) throw new CriError('ImageNotFound', `the engine pulled "${image}" and does not have it`);
  return status.id;
}

function finished(docker: Dockerode, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

function toAuthConfig({ username, password, serverAddress, identityToken }: RegistryAuth) {
  return { username, password, serveraddress: serverAddress, identitytoken: identityToken };
}
