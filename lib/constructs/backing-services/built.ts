import type { Construct } from 'constructs';
import type { k8s } from '../kubernetes';
import { objectName } from '../object-name';
import type { Dump } from './backup/dump';
import type { ObjectStorage } from './backup/object-storage';
import type { Connection, VariableNames } from './connection';
import { type Address, parseAddress } from './external';
import type { Server } from './server';

/** A backing service put together. */
export interface Built {
  /** Label of its workloads, and in messages: `postgresql`. */
  readonly type: string;
  readonly connection: Connection;
  readonly address: Address;
  /** The port that its kind is known by; it is in the names of link variables, so that they are the same everywhere. */
  readonly knownPort: number;
  /** Undefined when it is external. */
  readonly server?: Server;
  /** How its data is written to a file. @default it has none to lose */
  readonly dump?: Dump;
  /** @default it is no storage */
  readonly objectStorage?: ObjectStorage;
  /** Variables beside those of its parts. @default none */
  readonly more?: readonly k8s.EnvVar[];
}

/** What every service takes. */
export interface AttachOptions<Part extends string> {
  /** Names of the variables. @default all parts, as `<ID>_HOST` and so on */
  readonly variables?: VariableNames<Part>;
  /** Adds the variables of a Docker link, for images that look for them: `<ID>_PORT_5432_TCP`, `…_TCP_ADDR`, `…_TCP_PORT` and `…_TCP_PROTO`. @default false */
  readonly links?: boolean;
}

/** Text behind the `?` of its URL. */
export interface UrlOptions {
  /** Parameters of the URL, as the application's library knows them: `{ sslmode: 'verify-full' }`. @default what `tls` means */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Braces are the template's own. */
export function urlQuery(parameters: Readonly<Record<string, string>>): string {
  const words = Object.entries(parameters).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return words.length > 0 ? `?${words.join('&')}` : '';
}

/** Where the service is: outside, or behind the Service of the construct. */
export function addressOf(construct: Construct, what: string, { external }: { readonly external?: string }, { knownPort, externalPort = knownPort }: { readonly knownPort: number; readonly externalPort?: number }): Address {
  return external === undefined ? { host: objectName(construct), port: knownPort } : parseAddress(what, external, externalPort);
}
