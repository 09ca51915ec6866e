import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';

/** A service, and how a client that knows it by its variables alone uses it. */
interface Case {
  readonly id: string;
  readonly kind: string;
  /** Options of the container. */
  readonly container?: string;
  /** Options of the same service as one outside. */
  readonly external: string;
  /** Variables of the client with what somebody outside would have been told. */
  readonly secrets?: readonly string[];
  /** Which of the clients speaks its language. */
  readonly client: string;
  readonly write: (value: string) => string;
  /** Prints all that was written. */
  readonly read: string;
  /** What it holds is gone with its pod. @default false */
  readonly forgets?: boolean;
}

const clients: Readonly<Record<string, string>> = {
  postgresql: 'postgres:16.10', mysql: 'mariadb:10.11', redis: 'redis:7.0.15', tools: 'cdk8s-twelve-factor/clients:1', transfer: 'rclone/rclone:1.71.0',
};
const sql = (value: string) => `CREATE TABLE IF NOT EXISTS notes (text VARCHAR(100)); INSERT INTO notes VALUES ('${value}')`;
const mysql = (id: string, statement: string) => `MYSQL_PWD="$${id}_PASSWORD" mariadb -h "$${id}_HOST" -P "$${id}_PORT" -u "$${id}_USER" "$${id}_NAME" -Ne "${statement}"`;
const redis = (id: string, words: string) => `REDISCLI_AUTH="$${id}_PASSWORD" redis-cli --raw -h "$${id}_HOST" -p "$${id}_PORT" ${words}`;
const memcached = (words: string) => `printf '${words}\\r\\nquit\\r\\n' | nc -N "$MEMORY_HOST" "$MEMORY_PORT" | tr -d '\\r'`;
const rclone = (words: string) => `RCLONE_CONFIG_S3_TYPE=s3 RCLONE_CONFIG_S3_PROVIDER=Other RCLONE_CONFIG_S3_ENDPOINT="$FILES_ENDPOINT" RCLONE_CONFIG_S3_REGION="$FILES_REGION" RCLONE_CONFIG_S3_ACCESS_KEY_ID="$FILES_ACCESS_KEY" RCLONE_CONFIG_S3_SECRET_ACCESS_KEY="$FILES_SECRET_KEY" rclone -q ${words}`;

const cases: readonly Case[] = [
  {
    id: 'orders', kind: 'postgresql', container: '{ backup: {} }', external: '{ external: "shop-orders:5432" }', secrets: ['ORDERS_PASSWORD'], client: 'postgresql',
    write: (value) => `psql -q "$ORDERS_URL" -c "${sql(value)}"`,
    read: 'PGPASSWORD="$ORDERS_PASSWORD" psql -qtA -h "$ORDERS_HOST" -p "$ORDERS_PORT" -U "$ORDERS_USER" "$ORDERS_NAME" -c "SELECT text FROM notes"',
  },
  {
    id: 'blog', kind: 'mariadb', container: '{ backup: { to: files } }', external: '{ external: "shop-blog" }', secrets: ['BLOG_PASSWORD'], client: 'mysql',
    write: (value) => mysql('BLOG', sql(value)), read: mysql('BLOG', 'SELECT text FROM notes'),
  },
  {
    id: 'wiki', kind: 'mysql', external: '{ external: "shop-wiki:3306" }', secrets: ['WIKI_PASSWORD'], client: 'mysql',
    write: (value) => mysql('WIKI', sql(value)), read: mysql('WIKI', 'SELECT text FROM notes'),
  },
  {
    id: 'cache', kind: 'redis', container: '{ image: Image.reference("redis:7.0.15"), backup: {} }', external: '{ external: "shop-cache" }', secrets: ['CACHE_PASSWORD'], client: 'redis',
    write: (value) => `redis-cli -u "$CACHE_URL" rpush notes ${value}`, read: redis('CACHE', 'lrange notes 0 -1'),
  },
  {
    id: 'memory', kind: 'memcached', external: '{ external: "shop-memory" }', client: 'tools', forgets: true,
    write: (value) => memcached(`set ${value} 0 0 ${value.length}\\r\\n${value}`), read: `${memcached('get one two')} | grep -v 'VALUE\\|END'`,
  },
  {
    id: 'queue', kind: 'rabbitmq', container: '{ backup: { to: files } }', external: '{ external: "shop-queue" }', secrets: ['QUEUE_PASSWORD'], client: 'tools',
    write: (value) => `amqp-declare-queue --url="$QUEUE_URL" -dq notes && amqp-publish --url="$QUEUE_URL" -pr notes -b ${value}`,
    read: 'while amqp-get --url="$QUEUE_URL" -q notes; do echo; done',
  },
  {
    id: 'files', kind: 's3', container: '{ backup: {} }', external: '{ external: "http://shop-files:7070" }', secrets: ['FILES_ACCESS_KEY', 'FILES_SECRET_KEY'], client: 'transfer',
    write: (value) => `printf '${value}\\n' | ${rclone(`rcat --s3-no-check-bucket "s3:$FILES_BUCKET/notes/${value}"`)}`,
    read: `for file in $(${rclone('lsf "s3:$FILES_BUCKET/notes"')}); do ${rclone('cat "s3:$FILES_BUCKET/notes/$file"')}; done`,
  },
  {
    id: 'mail', kind: 'smtp', container: '{ from: "shop@example.com" }', external: '{ external: "shop-mail:1025", from: "shop@example.com" }', secrets: ['MAIL_PASSWORD'], client: 'tools', forgets: true,
    write: (value) => `printf 'From: %s\\nTo: a@example.com\\nSubject: ${value}\\n\\nHello\\n' "$MAIL_FROM" | curl -sS --url "$MAIL_URL" --mail-from "$MAIL_FROM" --mail-rcpt a@example.com -T -`,
    read: 'curl -sS "http://$MAIL_HOST:8025/api/v1/messages" | grep -o \'"Subject": *"[^"]*"\' | cut -d \'"\' -f 4',
  },
  {
    id: 'store', kind: 'generic', external: '{ ...store, external: "shop-store" }', secrets: ['STORE_PASSWORD'], client: 'redis',
    container: '{ ...store, image: Image.reference("redis:7.0.15"), command: ["redis-server", "--appendonly", "yes", "--dir", "/data", "--requirepass", "$(PASSWORD)"], settingsFromParts: { PASSWORD: "password" }, dataFolder: "/data" }',
    write: (value) => `redis-cli -u "$STORE_URL" rpush notes ${value}`, read: redis('STORE', 'lrange notes 0 -1'),
  },
];

/** The same program either way; only the options of the services differ. */
const program = (name: string, options: (service: Case) => string) => `
  import { BackingService, Duration, GracefulShutdown, Image, SecretValue, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
  const app = new TwelveFactorApp('${name}', { environments: { dev: { profile: 'small-host' } } });
  const shutdown = GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) });
  const store = { port: 6379, parts: { password: SecretValue.generated() }, url: 'redis://default:{password}@{host}:{port}' };
  ${[...cases].sort((a, b) => Number(b.id === 'files') - Number(a.id === 'files')).map((service) => `const ${service.id === 'store' ? 'generic' : service.id} = BackingService.${service.kind}(app, '${service.id}', ${options(service)});`).join('\n  ')}
  ${Object.entries(clients).map(([id, image]) => `new Worker(app, '${id}', { image: Image.reference('${image}'), command: ['sleep', '3600'], shutdown, env: [${
    cases.filter(({ client }) => client === id).map((service) => (service.id === 'store' ? 'generic' : service.id)).join(', ')}] });`).join('\n  ')}
  app.synth();`;

describe.skipIf(!defaultKubectl)('backing services (skipped without kubectl)', () => {
  const { kubectl, write: writeFile, twelve } = useApplication('backing');
  const shell = (app: string, { client }: Case, script: string) => kubectl(['exec', `deployment/${app}-${client}`, '--', 'sh', '-c', script]);
  const read = async (app: string, service: Case) => (await shell(app, service, service.read)).split('\n').filter(Boolean).sort();
  const caseOf = (id: string) => cases.filter((service) => service.id === id);
  const kept = cases.filter(({ forgets }) => !forgets);

  /** Starts a CronJob by hand, as a person does, and waits for its end. */
  async function runByHand(cronJob: string): Promise<string> {
    await kubectl(['create', 'job', `--from=cronjob/${cronJob}`, `${cronJob}-now`]);
    await eventually(`${cronJob} has ended`, async () => {
      const { failed, succeeded } = JSON.parse(await kubectl(['get', 'job', `${cronJob}-now`, '-o', 'jsonpath={.status}'])) as { readonly failed?: number; readonly succeeded?: number };
      if (failed) throw new Error(await kubectl(['logs', `job/${cronJob}-now`, '--all-containers']));
      return succeeded === 1;
    });
    return kubectl(['logs', `job/${cronJob}-now`, '--all-containers']);
  }

  beforeAll(async () => {
    writeFile('main.ts', program('shop', ({ container = '{}' }) => container));
    await twelve(['apply'], { limit: 300_000 });
  });

  it.each(cases)('$kind takes and gives what a client writes that knows its variables alone', async (service) => {
    explainFailure(kubectl);
    await shell('shop', service, service.write('one'));
    if (service.kind === 'rabbitmq') return; // a message is read once
    expect(await read('shop', service)).toEqual(['one']);
  });

  it.each(['orders', 'blog', 'cache'])('the data of %s are copied by a Job, on the schedule or by hand', async (id) => {
    explainFailure(kubectl);
    expect(await runByHand(`shop-${id}-backup`)).toMatch(new RegExp(`shop-${id}-\\d{8}T\\d{6}Z\\.(dump|sql\\.gz|rdb)`));
  });

  it('the definitions of RabbitMQ and the objects of a bucket are copied, too', async () => {
    explainFailure(kubectl);
    expect(await runByHand('shop-queue-backup')).toMatch(/\d+ .*shop-queue-\d{8}T\d{6}Z\.json/);
    expect(await runByHand('shop-files-backup')).toMatch(/Total objects: *[1-9]/);
  });

  it('all of them keep what they hold when their pods are deleted', async () => {
    explainFailure(kubectl);
    for (const service of kept.filter(({ kind }) => kind !== 'rabbitmq')) await shell('shop', service, service.write('two'));
    await kubectl(['delete', 'pods', '-l', `app.kubernetes.io/component in (${kept.map(({ id }) => id).join(',')})`, '--wait=true', '--timeout=180s'], { limit: 300_000 });
    for (const { id } of kept) await kubectl(`rollout status deployment/shop-${id} --timeout=180s`, { limit: 300_000 });
    for (const service of kept) {
      // A pod may be ready a moment before connections to its Service get there; some of the clients print nothing then.
      const found = await eventually(`${service.kind} answers`, async () => {
        const values = await read('shop', service);
        return values.length > 0 && values;
      });
      expect([service.kind, found]).toEqual([service.kind, service.kind === 'rabbitmq' ? ['one'] : ['one', 'two']]);
    }
  });

  it.each(['orders', 'blog', 'cache'].flatMap(caseOf))('what $kind held at the time of its backup is restored by a Job', async (service) => {
    explainFailure(kubectl);
    await runByHand(`shop-${service.id}-restore`);
    expect(await read('shop', service)).toEqual(['one']);
  });

  describe('as addresses outside', () => {
    beforeAll(async () => {
      const secrets = await Promise.all(cases.flatMap((service) => (service.secrets ?? []).map(async (name) => [name, (await shell('shop', service, `printf %s "$${name}"`))] as const)));
      writeFile('main.ts', program('guest', ({ external }) => external));
      await twelve(['apply'], { limit: 300_000, env: Object.fromEntries(secrets) });
    });

    it.each(cases)('$kind is used by the same client, which sees no difference', async (service) => {
      explainFailure(kubectl);
      await shell('guest', service, service.write('three'));
      if (service.kind === 'memcached') return expect(await shell('guest', service, memcached('get three'))).toContain('three');
      expect(await read('guest', service)).toContain('three');
    });
  });
});
