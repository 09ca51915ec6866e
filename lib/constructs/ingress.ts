import type { Construct } from 'constructs';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';

export interface IngressOptions {
  /** Requests whose path begins with it, segment by segment, are answered here. @default / */
  readonly path?: string;
  /** Where the certificate comes from. @default none: plain HTTP */
  readonly tls?: IngressTls;
  /** @default the cluster's default class */
  readonly ingressClass?: string;
  /** For the controller: what is not the same everywhere. @default none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Secret of type kubernetes.io/tls that exists, or an issuer of cert-manager that makes it. */
export type IngressTls = { readonly secret: string } | { readonly clusterIssuer: string } | { readonly issuer: string };

/** An Ingress that leads to the Service of the same name. */
export function ingressTo(construct: Construct, what: string, hosts: readonly string[], { path = '/', tls, ingressClass, annotations }: IngressOptions): k8s.KubeIngress {
  if (hosts.length === 0) throw new Error(`${what}: expose() needs a host name; write expose('shop.example.com')`);
  for (const host of hosts) checkHost(what, host);
  if (!path.startsWith('/')) throw new Error(`${what}: the path "${path}" must begin with /; write "/${path}"`);
  const name = objectName(construct);
  const backend = { service: { name, port: { name: 'http' } } };
  const allAnnotations = { ...tls && issuerAnnotation(tls), ...annotations };
  return new k8s.KubeIngress(construct, 'ingress', {
    metadata: { name, labels: selectorLabels(construct), ...(Object.keys(allAnnotations).length > 0 && { annotations: allAnnotations }) },
    spec: {
      ...(ingressClass && { ingressClassName: ingressClass }),
      rules: hosts.map((host) => ({ host, http: { paths: [{ path, pathType: 'Prefix', backend }] } })),
      ...(tls && { tls: [{ hosts: [...hosts], secretName: 'secret' in tls ? tls.secret : `${name}-tls` }] }),
    },
  });
}

/** @see https://cert-manager.io/docs/usage/ingress/ */
function issuerAnnotation(tls: IngressTls): Readonly<Record<string, string>> {
  if ('clusterIssuer' in tls) return { 'cert-manager.io/cluster-issuer': tls.clusterIssuer };
  return 'issuer' in tls ? { 'cert-manager.io/issuer': tls.issuer } : {};
}

function checkHost(what: string, host: string): void {
  const labels = host.replace(/^\*\./, '').split('.');
  if (host.length <= 253 && labels.every((label) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(label))) return;
  throw new Error(`${what}: "${host}" is not a host name; write it in lower case without scheme, port and path, for example shop.example.com`);
}
