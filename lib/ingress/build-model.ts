import type { DeepReadonly } from '../base/deep-readonly';
import { keyOf } from '../api/object-key';
import type { EndpointSlice, Ingress, IngressClass, networking, Secret, Service } from '../api/types';
import { certificateOf } from './certificate';
import type { EdgeBackend, EdgeCertificate, EdgeDefault, EdgeModel, EdgeProblem, EdgeRoute } from './edge-model';
import { ourIngresses } from './ingress-class';
import { SSL_REDIRECT } from './names';
import { backendName, backendOf, NOWHERE, servicePortOf } from './service-backend';

type ReadonlyIngress = DeepReadonly<Ingress>;

/** What a cluster holds about its Ingresses. */
export interface EdgeObjects {
  readonly ingresses: readonly ReadonlyIngress[];
  readonly classes: readonly DeepReadonly<IngressClass>[];
  tryService(key: string): DeepReadonly<Service> | undefined;
  /** Of one Service, by its key. */
  slicesOf(key: string): readonly DeepReadonly<EndpointSlice>[];
  trySecret(key: string): DeepReadonly<Secret> | undefined;
}

/** What the proxy is to do for the Ingresses of our class. What cannot be done is a problem of its Ingress and changes nothing for the others. Pure. */
export function buildModel(objects: EdgeObjects): EdgeModel {
  const builder = new Builder(objects);
  for (const ingress of ourIngresses(objects.ingresses, objects.classes)) builder.add(ingress);
  return builder.model();
}

class Builder {
  private readonly routes = new Map<string, EdgeRoute & { readonly owner: string }>();
  private readonly defaults = new Map<string, EdgeDefault & { readonly owner: string }>();
  private readonly backends = new Map<string, EdgeBackend>();
  private readonly certificates = new Map<string, EdgeCertificate>();
  private readonly certifiedHosts = new Map<string, string>();
  private readonly problems: EdgeProblem[] = [];

  constructor(private readonly objects: EdgeObjects) {}

  model(): EdgeModel {
    return {
      routes: [...this.routes.values()].map(({ owner: _, ...route }) => route), defaults: [...this.defaults.values()].map(({ owner: _, ...entry }) => entry),
      backends: [...this.backends.values()], certificates: [...this.certificates.values()], problems: this.problems,
    };
  }

  add(ingress: ReadonlyIngress): void {
    const { rules = [], tls = [], defaultBackend } = ingress.spec;
    const redirects = redirectsOf(ingress);
    for (const { host = '', http } of rules) {
      for (const path of http?.paths ?? []) this.addRoute(ingress, host.toLowerCase(), path, redirects(host));
      if (!http && defaultBackend) this.addDefault(ingress, host.toLowerCase(), defaultBackend, redirects(host));
    }
    if (defaultBackend) {
      const hosts = rules.length > 0 ? rules.map(({ host = '' }) => host) : [''];
      for (const host of hosts) this.addDefault(ingress, host.toLowerCase(), defaultBackend, redirects(host));
    }
    for (const entry of tls) this.addCertificate(ingress, entry);
  }

  private addRoute(ingress: ReadonlyIngress, host: string, { path: text = '', pathType, backend }: DeepReadonly<networking.HTTPIngressPath>, redirect: boolean): void {
    const match = pathType === 'Exact' ? 'exact' : 'prefix';
    const path = match === 'exact' ? text : prefixOf(text, pathType);
    if (/[\s\p{Cc}]/u.test(path)) return this.problem(ingress, 'InvalidPath', `path ${JSON.stringify(text)} has a character that no request can have; write it percent-encoded`);
    const key = `${match} ${host}${path}`;
    const other = this.routes.get(key);
    if (other && other.owner !== keyOf(ingress)) this.problem(ingress, 'PathConflict', `${host || '*'}${text || '/'} is already served by the older Ingress ${other.owner}; it keeps it`);
    if (other) return;
    this.routes.set(key, { host, match, path, backend: this.addBackend(ingress, backend), redirect, owner: keyOf(ingress) });
  }

  private addDefault(ingress: ReadonlyIngress, host: string, backend: DeepReadonly<networking.IngressBackend>, redirect: boolean): void {
    const other = this.defaults.get(host);
    if (other && other.owner !== keyOf(ingress)) this.problem(ingress, 'PathConflict', `what no rule of ${host || '*'} matches already goes to the default backend of the older Ingress ${other.owner}; it keeps it`);
    if (other) return;
    this.defaults.set(host, { host, backend: this.addBackend(ingress, backend), redirect, owner: keyOf(ingress) });
  }

  /** Its name: of one without servers where there is nothing to send requests to. */
  private addBackend(ingress: ReadonlyIngress, { service, resource }: DeepReadonly<networking.IngressBackend>): string {
    if (!service) {
      this.problem(ingress, 'UnsupportedBackend', `backend ${resource?.kind} "${resource?.name}" is a resource; only Services are supported, requests to it are answered 503`);
      return NOWHERE;
    }
    const key = `${ingress.metadata.namespace}/${service.name}`;
    const found = this.objects.tryService(key);
    if (!found) {
      this.problem(ingress, 'ServiceNotFound', `Service "${key}" does not exist; requests to it are answered 503`);
      return NOWHERE;
    }
    const port = servicePortOf(found, service.port);
    if (!port) {
      this.problem(ingress, 'ServicePortNotFound', `Service "${key}" has no TCP port ${service.port?.name ?? service.port?.number}; requests to it are answered 503`);
      return NOWHERE;
    }
    const name = backendName(found, port);
    if (!this.backends.has(name)) this.backends.set(name, backendOf(found, port, this.objects.slicesOf(key)));
    return name;
  }

  private addCertificate(ingress: ReadonlyIngress, { secretName, hosts = [] }: DeepReadonly<networking.IngressTLS>): void {
    if (!secretName) return; // some other Ingress brings the certificate of these names, or the default one is shown
    const key = `${ingress.metadata.namespace}/${secretName}`;
    const secret = this.objects.trySecret(key);
    const answer = secret ? certificateOf(secret) : { problem: 'does not exist, or is not of type kubernetes.io/tls' };
    if ('problem' in answer) return this.problem(ingress, 'CertificateNotUsable', `Secret "${key}" ${answer.problem}; the default certificate is shown instead`);
    const free = hosts.map((host) => host.toLowerCase()).filter((host) => {
      const owner = this.certifiedHosts.get(host);
      if (owner && owner !== key) this.problem(ingress, 'CertificateConflict', `${host} already has the certificate of Secret "${owner}" by an older Ingress; it keeps it`);
      return !owner;
    });
    for (const host of free) this.certifiedHosts.set(host, key);
    if (free.length === 0 && hosts.length > 0) return;
    const name = key.replace('/', '_');
    const known = this.certificates.get(name)?.hosts;
    this.certificates.set(name, { name, pem: answer.pem, hosts: [...known ?? [], ...free] });
  }

  private problem(ingress: ReadonlyIngress, reason: string, message: string): void {
    this.problems.push({ ingress, reason, message });
  }
}

/** `/foo` for /foo and /foo/ alike; '' for everything. `/*` at the end is how other controllers write a prefix. */
function prefixOf(path: string, pathType: string): string {
  const plain = pathType === 'ImplementationSpecific' ? path.replace(/\/\*$/, '/') : path;
  return plain.replace(/\/+$/, '');
}

/** Which hosts of the Ingress send plain HTTP to HTTPS: those with TLS, unless the annotation says no. */
function redirectsOf({ metadata, spec: { tls = [] } }: ReadonlyIngress): (host: string) => boolean {
  if (metadata.annotations?.[SSL_REDIRECT] === 'false') return () => false;
  const everything = tls.some(({ hosts = [] }) => hosts.length === 0);
  const hosts = tls.flatMap((entry) => entry.hosts ?? []);
  return (host) => everything || hosts.some((pattern) => pattern === host || (pattern.startsWith('*.') && host.replace(/^[^.]*/, '*') === pattern));
}
