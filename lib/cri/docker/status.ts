import type { RuntimeStatus, RuntimeVersion } from '../cri';
import type { Engine } from './engine';
import { toCriError } from './errors';

export async function version({ docker }: Engine): Promise<RuntimeVersion> {
  try {
    const { Version, ApiVersion } = await docker.version();
    return { name: 'docker', version: Version, apiVersion: ApiVersion };
  } catch (error) {
    throw toCriError(error);
  }
}

export async function status({ docker, mayLowerOomScore }: Engine): Promise<RuntimeStatus> {
  const notices = mayLowerOomScore ? [] : ['the engine has no CAP_SYS_RESOURCE: a negative oom_score_adj is set to 0'];
  try {
    await docker.ping();
    return { ready: true, message: 'docker is ready', notices };
  } catch (error) {
    return { ready: false, message: toCriError(error).message, notices };
  }
}
