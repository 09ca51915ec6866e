import type { Construct } from 'constructs';
import type { GracefulShutdown } from '../graceful-shutdown';
import { Health } from '../health';
import type { Image } from '../image';
import { checkPort } from '../ports';
import { SecretValue } from '../secret-value';
import type { WritablePath } from '../writable-folder';
import type { BackupOptions } from './backup/backup-options';
import { addressOf, type AttachOptions, type Built } from './built';
import { Connection } from './connection';
import { checkForm, type Either, type GivenSecret, givenSecret } from './external';
import { type Parts, template, Template } from './parts';
import { runServer, type ServerParts, type StatefulOptions, stopWithin } from './server';

export interface GenericCommonOptions<Part extends string> extends AttachOptions<Part | 'host' | 'port' | 'url'> {
  /** The port that it is known by; that of the container, and of an external address that names none. */
  readonly port: number;
  /** What an application must know beside host and port: text, or a secret (`SecretValue.generated()`). @default nothing */
  readonly parts?: Readonly<Record<Part, string | SecretValue>>;
  /** Its URL, with parts in braces: `http://elastic:{password}@{host}:{port}`. They are percent-encoded. @default `tcp://{host}:{port}` */
  readonly url?: string;
  /** Writes its data to a file regularly; needs `dump`. @default never */
  readonly backup?: BackupOptions;
  /** How that is done. @default it has no data */
  readonly dump?: GenericDump;
}

/** Shell commands, run by the service's image with the variables of an application. */
export interface GenericDump {
  /** Writes the data to the file `$BACKUP_FILE`. */
  readonly command: string;
  /** Reads the file `$BACKUP_FILE`. @default none: it can only be restored by hand */
  readonly restore?: string;
  /** End of the file's name. @default dump */
  readonly extension?: string;
  /** @default the service's image; an external one needs it */
  readonly image?: Image;
}

export interface GenericContainerOptions<Part extends string> extends StatefulOptions {
  readonly image: Image;
  /** Replaces the image's entry point. @default the image's */
  readonly command?: readonly string[];
  /** Replaces the image's arguments. @default the image's */
  readonly args?: readonly string[];
  /** Parts as the container's own variables: `{ ELASTIC_PASSWORD: 'password' }`. @default none */
  readonly settingsFromParts?: Readonly<Record<string, Part>>;
  /** Further variables of the container; `$(NAME)` stands for one of `settingsFromParts`. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder of its data, which gets a volume. @default none: it keeps nothing */
  readonly dataFolder?: string;
  /** @default Health.tcp() */
  readonly health?: Health;
  /** @default SIGTERM, and 60 s */
  readonly shutdown?: GracefulShutdown;
  /** Number of the user it runs as; the profile restricted needs one. @default the image's */
  readonly user?: number;
  /** Folders that it writes to beside its data. @default none */
  readonly writable?: readonly WritablePath[];
}

export interface GenericExternalOptions<Part extends string> {
  /** Its address: `search.internal`, `search.internal:9200`. @default none: a container runs it */
  readonly external: string;
  /** Where its secrets come from. @default those that are generated for a container: SecretValue.environment('<ID>_<PART>') */
  readonly secrets?: Readonly<Partial<Record<Part, GivenSecret>>>;
}

/** Any other service. */
export type GenericOptions<Part extends string = never> = Either<GenericCommonOptions<Part> & GenericContainerOptions<Part>, GenericCommonOptions<Part> & GenericExternalOptions<Part>>;

export function buildGeneric<Part extends string>(self: Construct, options: GenericOptions<Part>): Built {
  const { id } = self.node;
  const what = `BackingService.generic "${id}"`;
  const { external, port, dump, url = 'tcp://{host}:{port}' } = options;
  if (external !== undefined) checkForm(what, options);
  checkPort(what, port);
  const address = addressOf(self, what, options, { knownPort: port });
  const connection = Connection.keep(self, checkedParts(what, { host: address.host, port: String(address.port), ...ownParts(id, options), url: template(url) }));
  const server = options.external === undefined ? runServer(self, 'generic', genericServer(what, options, connection)) : undefined;
  const image = dump?.image ?? (options.external === undefined ? options.image : undefined);
  if (options.backup && !dump) throw new Error(`${what}: nobody knows how to back it up; add dump: { command: '… > "$BACKUP_FILE"' }`);
  if (dump && !image) throw new Error(`${what}: the dump of an external service needs an image that has its command; add dump.image`);
  return {
    type: 'generic', connection, address, knownPort: port, server,
    ...(dump && image && { dump: { image, extension: dump.extension ?? 'dump', env: connection.variables(options.variables), dump: [dump.command], ...(dump.restore !== undefined && { restore: [dump.restore] }) } }),
  };
}

function ownParts<Part extends string>(id: string, { parts, external, ...options }: GenericOptions<Part>): Parts {
  const secrets = ('secrets' in options ? options.secrets ?? {} : {}) as Readonly<Record<string, GivenSecret | undefined>>;
  return Object.fromEntries(Object.entries<string | SecretValue>(parts ?? {}).map(([name, value]) => {
    return [name, external !== undefined && value instanceof SecretValue ? secrets[name] ?? (value.source.generate ? givenSecret(id, name) : value) : value];
  }));
}

function checkedParts(what: string, parts: Parts): Parts {
  for (const [name, value] of Object.entries(parts)) {
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) throw new Error(`${what}: "${name}" is not the name of a part; write it as accessKey`);
    const unknown = value instanceof Template ? value.parts.find((part) => !(part in parts) || part === name) : undefined;
    if (unknown) throw new Error(`${what}: the URL has {${unknown}}, which is no part; there are ${Object.keys(parts).filter((part) => part !== 'url').join(', ')}`);
  }
  return parts;
}

function genericServer(what: string, options: GenericContainerOptions<string> & { readonly port: number }, connection: Connection): ServerParts {
  const { image, command, args, settings = {}, settingsFromParts = {}, user, writable = [], dataFolder } = options;
  if (dataFolder === undefined && options.storage) throw new Error(`${what}: storage is for a folder of data; add dataFolder`);
  return {
    image, command, args, ...(dataFolder !== undefined && { dataFolder }), storage: options.storage, resources: options.resources,
    ports: [{ name: 'service', port: options.port }],
    env: [...Object.entries(settingsFromParts).map(([name, part]) => connection.variable(name, part)), ...Object.entries(settings).map(([name, value]) => ({ name, value }))],
    health: options.health ?? Health.tcp(),
    shutdown: options.shutdown ?? stopWithin(60),
    ...(user !== undefined && { user }),
    writable,
    restricted: { ...(user !== undefined && { user }), writable },
  };
}
