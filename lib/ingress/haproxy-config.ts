import { createHash } from 'node:crypto';
import type { EdgeBackend, EdgeModel } from './edge-model';
import type { IngressPorts } from './ingress-ports';
import { POD_PORTS } from './names';
import { type Slots, slotName } from './server-slots';
import { NOWHERE } from './service-backend';

export interface ConfigOptions {
  readonly ports: IngressPorts;
  /** PEM: shown where no Ingress brings one. */
  readonly defaultCertificate: string;
  /** Of each backend, by name. */
  readonly slots: ReadonlyMap<string, Slots>;
  /** Addresses of name servers, for ExternalName Services. */
  readonly nameServers: readonly string[];
}

export interface EdgeConfig {
  /** The same for two configurations that differ in the content of slots only. */
  readonly id: string;
  /** By name. */
  readonly files: ReadonlyMap<string, string>;
}

export const CONFIG_FILE = 'haproxy.cfg';

/** The files from which HAProxy 2.6 does what the model says. Equal models give equal bytes. Pure. */
export function renderConfig(model: EdgeModel, options: ConfigOptions): EdgeConfig {
  const maps = mapsOf(model);
  const certificates = [...model.certificates].sort((a, b) => compare(a.name, b.name));
  const files = new Map<string, string>([
    ...maps,
    ['certificates.list', lines([`${DEFAULT_PEM}`, ...certificates.map(({ name, hosts }) => [certificateFile(name), ...hosts].join(' '))])],
    [DEFAULT_PEM, options.defaultCertificate],
    ...certificates.map(({ name, pem }): [string, string] => [certificateFile(name), pem]),
  ]);
  const backends = [...model.backends].sort((a, b) => compare(a.name, b.name));
  const text = (id: string, slotsOf: (name: string) => readonly string[]) => [
    globalSection(id), ...(backends.some(({ external }) => external) ? [resolvers(options.nameServers)] : []), frontends(options.ports), ...backends.map((backend) => backendSection(backend, slotsOf(backend.name))),
    `backend ${NOWHERE}\n  http-request return status 503 content-type text/plain string "nothing serves this path\\n"\n`,
  ].join('\n');
  const slots = (name: string) => options.slots.get(name) ?? [];
  const frame = text('', (name) => [`${slots(name).length} slots`]);
  const id = createHash('sha256').update(JSON.stringify([frame, ...files])).digest('hex').slice(0, 16);
  files.set(CONFIG_FILE, text(id, (name) => slots(name).map((slot, index) => `server ${slotName(index)} ${slot ? `${slot.address}:${slot.port}` : UNUSED}`)));
  return { id, files };
}

const UNUSED = '127.0.0.1:9 disabled';
const DEFAULT_PEM = 'default.pem';
const certificateFile = (name: string) => `certificate_${name}.pem`;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join('');

/** Host and path to `backend/flags`. Prefixes end with a slash, as the path does that is looked up: `/foo` is no prefix of `/foobar`. */
function mapsOf({ routes, defaults }: EdgeModel): readonly (readonly [string, string])[] {
  const value = ({ backend, redirect }: { readonly backend: string; readonly redirect: boolean }) => `${backend}/${redirect ? 'redirect' : ''}`;
  const entries = (all: readonly (readonly [key: string, value: string])[]) => lines(all.map((entry) => entry.join(' ')).sort(compare));
  return [
    ['exact.map', entries(routes.filter(({ match }) => match === 'exact').map((route) => [`${route.host}${route.path}`, value(route)]))],
    ['prefix.map', entries(routes.filter(({ match }) => match === 'prefix').map((route) => [`${route.host}${route.path}/`, value(route)]))],
    ['default.map', entries(defaults.map((entry) => [`${entry.host}/`, value(entry)]))],
  ];
}

function globalSection(id: string): string {
  return `global
  description ${id || 'twelve'}
  default-path config
  log stdout format raw local0
  stats socket /edge/run/worker.sock mode 600 level admin expose-fd listeners
  hard-stop-after 10m
  mworker-max-reloads 50
  fd-hard-limit 20000
  ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  option idle-close-on-response
  option redispatch 1
  retries 3
  retry-on conn-failure empty-response
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
  timeout http-request 30s
  timeout http-keep-alive 60s
  default-server init-addr none
`;
}

const resolvers = (nameServers: readonly string[]) => lines(['resolvers cluster', ...nameServers.map((address, index) => `  nameserver ns${index + 1} ${address}:53`), '  accepted_payload_size 8192', '  hold valid 10s']);

/** Exact before prefix for one kind of host: its own name, its wildcard, any. The first that is found stays. */
function lookups(host: string): string {
  const key = (path: string) => (host ? `var(txn.${host}),concat(,${path},)` : `var(${path})`);
  return [
    `  http-request set-var(txn.route) ${key('txn.path')},map_str(exact.map)${UNLESS_FOUND}\n`,
    `  http-request set-var(txn.route) ${key('txn.elements')},map_beg(prefix.map)${UNLESS_FOUND}\n`,
  ].join('');
}

const UNLESS_FOUND = ' unless { var(txn.route) -m found }';

function frontends({ http, https }: IngressPorts): string {
  return `frontend health
  bind :${POD_PORTS.health}
  no log
  http-request return status 200 content-type text/plain string "ok\\n" if { path /healthz /alive }
  http-request return status 404

frontend edge
  bind :${POD_PORTS.http}
  bind :${POD_PORTS.https} ssl crt-list certificates.list alpn h2,http/1.1
  http-request disable-l7-retry if !METH_GET !{ method HEAD OPTIONS PUT DELETE }
  http-request set-var(txn.host) req.hdr(host),field(1,:),lower
  http-request set-var(txn.wildcard) var(txn.host),regsub(^[^.]*,*)
  http-request set-var(txn.path) path
  http-request set-var(txn.elements) path,concat(/)
${lookups('host')}${lookups('wildcard')}${lookups('')}  http-request set-var(txn.route) var(txn.host),concat(/),map_str(default.map)${UNLESS_FOUND}
  http-request set-var(txn.route) var(txn.wildcard),concat(/),map_str(default.map)${UNLESS_FOUND}
  http-request set-var(txn.route) str(/),map_str(default.map)${UNLESS_FOUND}
  http-request return status 404 content-type text/plain string "no Ingress has a rule for this host and path\\n" unless { var(txn.route) -m found }
  http-request redirect code 308 location https://%[var(txn.host)]${https === 443 ? '' : `:${https}`}%[pathq] if !{ ssl_fc } { var(txn.route),field(2,/) -m str redirect }
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Real-IP %[src]
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Forwarded-Proto https if { ssl_fc }
  http-request set-header X-Forwarded-Proto http if !{ ssl_fc }
  http-request set-header X-Forwarded-Port ${https} if { ssl_fc }
  http-request set-header X-Forwarded-Port ${http} if !{ ssl_fc }
  use_backend %[var(txn.route),field(1,/)]
`;
}

const SERVER_OPTIONS: Readonly<Record<EdgeBackend['protocol'], string>> = { http: '', h2: 'proto h2', https: 'ssl verify none' };

function backendSection({ name, protocol, sticky, external }: EdgeBackend, servers: readonly string[]): string {
  return lines([
    `backend ${name}`,
    ...(sticky ? ['  balance source', '  hash-type consistent'] : ['  balance roundrobin']),
    ...(SERVER_OPTIONS[protocol] ? [`  default-server ${SERVER_OPTIONS[protocol]}`] : []),
    ...(external ? [`  server external ${external.hostname}:${external.port} resolvers cluster resolve-prefer ipv4`] : servers.map((server) => `  ${server}`)),
  ]);
}
