import type { Kubectl } from './kubectl';

/** A database as one StatefulSet with a volume, and how a client of it writes and reads. */
export interface Database {
  readonly name: string;
  /** Containers of the pod, and where the volume is mounted. */
  readonly container: object;
  readonly write: (value: string) => readonly string[];
  readonly read: readonly string[];
}

const probe = (...command: readonly string[]) => ({ readinessProbe: { exec: { command }, periodSeconds: 1, timeoutSeconds: 5 } });
const mount = (mountPath: string) => ({ volumeMounts: [{ name: 'data', mountPath }] });
const sql = (value: string) => `CREATE TABLE IF NOT EXISTS notes (text VARCHAR(100)); INSERT INTO notes VALUES ('${value}')`;

export const databases: readonly Database[] = [
  {
    name: 'redis',
    container: { image: 'redis:7.0.15', args: ['--appendonly', 'yes', '--appendfsync', 'always'], ...mount('/data'), ...probe('redis-cli', 'ping') },
    write: (value) => ['redis-cli', 'rpush', 'notes', value],
    read: ['redis-cli', '--raw', 'lrange', 'notes', '0', '-1'],
  },
  {
    name: 'mariadb',
    container: {
      image: 'mariadb:10.11', env: [{ name: 'MARIADB_ROOT_PASSWORD', value: 'geheim' }, { name: 'MARIADB_DATABASE', value: 'shop' }], ...mount('/var/lib/mysql'),
      ...probe('mariadb', '-uroot', '-pgeheim', '-e', 'SELECT 1'),
    },
    write: (value) => ['mariadb', '-uroot', '-pgeheim', 'shop', '-e', sql(value)],
    read: ['mariadb', '-uroot', '-pgeheim', 'shop', '-Ne', 'SELECT text FROM notes'],
  },
  {
    name: 'postgres',
    container: {
      image: 'postgres:15', env: [{ name: 'POSTGRES_PASSWORD', value: 'geheim' }, { name: 'POSTGRES_DB', value: 'shop' }, { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' }],
      ...mount('/var/lib/postgresql/data'), ...probe('pg_isready', '-h', '127.0.0.1'),
    },
    write: (value) => ['psql', '-qU', 'postgres', 'shop', '-c', sql(value)],
    read: ['psql', '-qtAU', 'postgres', 'shop', '-c', 'SELECT text FROM notes'],
  },
];

const manifestOf = ({ name, container }: Database) => ({
  apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name },
  spec: {
    serviceName: name, replicas: 1, selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, ...container }] } },
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
  },
});

export async function applyDatabases(kubectl: Kubectl): Promise<void> {
  await kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: databases.map(manifestOf) }) });
  await rolledOut(kubectl);
}

export async function rolledOut(kubectl: Kubectl): Promise<void> {
  for (const { name } of databases) await kubectl(`rollout status statefulset/${name} --timeout=180s`);
}

export const write = (kubectl: Kubectl, { name, write: words }: Database, value: string) => kubectl(['exec', `${name}-0`, '--', ...words(value)]);

/** What was written so far, in order. */
export async function read(kubectl: Kubectl, { name, read: words }: Database): Promise<readonly string[]> {
  return (await kubectl(['exec', `${name}-0`, '--', ...words])).trim().split('\n');
}
