import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CommandError, runCommand } from '../../../lib/base/run-command';
import type { RegistryAuth } from '../../../lib/cri/cri';
import { type DockerConfigEntry, matchingLogins } from '../../../lib/kubelet/registry-logins';

interface DockerConfig {
  readonly auths?: Readonly<Record<string, DockerConfigEntry>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** The login that `docker login` has left for the image's registry: in its configuration, or with a credential helper. undefined without one. */
export async function tryDockerLogin(image: string, environment: Readonly<Record<string, string | undefined>>): Promise<RegistryAuth | undefined> {
  const config = readConfig(path.join(environment['DOCKER_CONFIG'] ?? path.join(environment['HOME'] ?? os.homedir(), '.docker'), 'config.json'));
  const registry = registryOf(image);
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  return (helper && await askHelper(helper, registry)) || matchingLogins(image, Object.entries(config.auths ?? {}).filter(([, entry]) => Object.keys(entry).length > 0))[0];
}

function readConfig(file: string): DockerConfig {
  if (!fs.existsSync(file)) return {};
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as DockerConfig;
  } catch (error) {
    throw new Error(`${file} is not JSON; correct it, or log in again with docker login`, { cause: error });
  }
}

/** As credential helpers know it. Pure. */
export function registryOf(image: string): string {
  const [first, ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'https://index.docker.io/v1/';
}

async function askHelper(helper: string, registry: string): Promise<RegistryAuth | undefined> {
  let answer: string;
  try {
    answer = await runCommand(`docker-credential-${helper}`, ['get'], { input: registry });
  } catch (error) {
    if (error instanceof CommandError && error.code === 1) return undefined; // it has none for this registry
    throw error;
  }
  const { Username, Secret } = JSON.parse(answer) as { readonly Username: string; readonly Secret: string };
  return Username === '<token>' ? { identityToken: Secret, serverAddress: registry } : { username: Username, password: Secret, serverAddress: registry };
}
