import type { k8s } from '../../kubernetes';
import type { Connection } from '../connection';

/** A bucket that files can be copied to and from. */
export interface ObjectStorage {
  readonly bucket: string;
  /** @internal What rclone needs to know it by a name. */
  readonly variables: (remote: string) => readonly k8s.EnvVar[];
}

/** rclone takes its remotes from variables, so that no secret lies in a file. */
export function remoteVariables(connection: Connection, remote: string): readonly k8s.EnvVar[] {
  const name = (suffix: string) => `RCLONE_CONFIG_${remote.toUpperCase()}_${suffix}`;
  return [
    { name: name('TYPE'), value: 's3' },
    { name: name('PROVIDER'), value: 'Other' },
    connection.variable(name('ENDPOINT'), 'endpoint'),
    connection.variable(name('REGION'), 'region'),
    connection.variable(name('ACCESS_KEY_ID'), 'accessKey'),
    connection.variable(name('SECRET_ACCESS_KEY'), 'secretKey'),
  ];
}
