import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DockerTls } from '../../../../lib/cri/docker/docker-host';
import { type CommandOption, type Invocation, textOption } from '../command';

export const tlsOptions: readonly CommandOption[] = [
  { flag: '--tls-directory <folder>', summary: 'ca.pem, cert.pem and key.pem for a tcp address (default: $DOCKER_CERT_PATH)' },
  { flag: '--insecure', summary: 'allow a tcp address without TLS: whoever reaches it is root on that host' },
];

/** The certificates for a tcp address; undefined for other addresses. Throws when they are missing and `--insecure` was not given. */
export function readDockerTls(dockerHost: string, { options, environment }: Pick<Invocation, 'options' | 'environment'>): DockerTls | undefined {
  if (!dockerHost.startsWith('tcp://')) return undefined;
  const folder = textOption(options, 'tlsDirectory') ?? (environment['DOCKER_CERT_PATH'] || undefined);
  if (folder) return { ca: read(folder, 'ca.pem'), cert: read(folder, 'cert.pem'), key: read(folder, 'key.pem') };
  if (options['insecure'] === true) return undefined;
  throw new Error(`${dockerHost} is used without TLS: whoever reaches that port is root there; name the certificates with --tls-directory <folder>, or allow it with --insecure`);
}

function read(folder: string, name: string): string {
  try {
    return fs.readFileSync(path.join(folder, name), 'utf8');
  } catch (error) {
    throw new Error(`${path.join(folder, name)} cannot be read: ${error instanceof Error ? error.message : String(error)}; --tls-directory (or $DOCKER_CERT_PATH) must have ca.pem, cert.pem and key.pem`, { cause: error });
  }
}
