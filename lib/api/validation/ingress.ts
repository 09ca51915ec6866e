import * as net from 'node:net';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Ingress, KubeObject, networking } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1035Label, isDns1123Subdomain, isIp, isPathSegment, isPortName, isPortNumber, isQualifiedName, isWildcardDns1123Subdomain } from './names';
import type { Validator } from './validator';

export const ingress: Validator<Ingress> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors, subresource) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    if (subresource === 'status') return validateStatus(errors, object);
    validateSpec(errors, object.spec ?? {});
  },
};

function validateSpec(errors: FieldErrors, spec: DeepReadonly<networking.IngressSpec>): void {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  if (rules.length === 0 && !defaultBackend) errors.invalid('spec', go('[]networking.IngressRule', spec.rules), 'either `defaultBackend` or `rules` must be specified');
  if (defaultBackend) validateBackend(errors, 'spec.defaultBackend', defaultBackend);
  rules.forEach((rule, index) => validateRule(errors, `spec.rules[${index}]`, rule));
  tls.forEach(({ hosts = [], secretName }, index) => {
    hosts.forEach((host, at) => errors.invalidEach(`spec.tls[${index}].hosts[${at}]`, host, isHost(host)));
    if (secretName) errors.invalidEach(`spec.tls[${index}].secretName`, secretName, isDns1123Subdomain(secretName));
  });
  if (ingressClassName !== undefined) errors.invalidEach('spec.ingressClassName', ingressClassName, isDns1123Subdomain(ingressClassName));
}

const isHost = (host: string) => (host.includes('*') ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host));

function validateRule(errors: FieldErrors, path: string, { host, http }: DeepReadonly<networking.IngressRule>): void {
  if (host) {
    if (net.isIP(host)) errors.invalid(`${path}.host`, host, 'must be a DNS name, not an IP address');
    else errors.invalidEach(`${path}.host`, host, isHost(host));
  }
  if (!http) return;
  const paths = http.paths ?? [];
  if (paths.length === 0) errors.required(`${path}.http.paths`);
  paths.forEach((entry, index) => validatePath(errors, `${path}.http.paths[${index}]`, entry));
}

const NOT_IN_PATHS = ['//', '/./', '/../', '%2f', '%2F'];
const NOT_AT_END = ['/..', '/.'];

function validatePath(errors: FieldErrors, field: string, { path = '', pathType, backend }: DeepReadonly<networking.HTTPIngressPath>): void {
  if (!pathType) {
    errors.required(`${field}.pathType`, 'pathType must be specified');
  } else if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!path.startsWith('/')) errors.invalid(`${field}.path`, path, 'must be an absolute path');
    for (const part of NOT_IN_PATHS) if (path.includes(part)) errors.invalid(`${field}.path`, path, `must not contain '${part}'`);
    for (const end of NOT_AT_END) if (path.endsWith(end)) errors.invalid(`${field}.path`, path, `cannot end with '${end}'`);
  } else if (pathType === 'ImplementationSpecific') {
    if (path && !path.startsWith('/')) errors.invalid(`${field}.path`, path, 'must be an absolute path');
  } else {
    errors.notSupported(`${field}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix']);
  }
  validateBackend(errors, `${field}.backend`, backend ?? {});
}

function validateBackend(errors: FieldErrors, path: string, { service, resource }: DeepReadonly<networking.IngressBackend>): void {
  if (resource && service) return errors.invalid(path, '', 'cannot set both resource and service backends');
  if (resource) {
    if (!resource.kind) errors.required(`${path}.resource.kind`);
    if (!resource.name) errors.required(`${path}.resource.name`);
  } else if (!service) {
    errors.invalid(path, '', 'resource or service backend is required');
  } else {
    if (!service.name) errors.required(`${path}.service.name`);
    else errors.invalidEach(`${path}.service.name`, service.name, isDns1035Label(service.name));
    const { name, number = 0 } = service.port ?? {};
    if (name && number) errors.invalid(path, '', 'cannot set both port name & port number');
    else if (name) errors.invalidEach(`${path}.service.port.name`, name, isPortName(name));
    else if (number) errors.invalidEach(`${path}.service.port.number`, number, isPortNumber(number));
    else errors.required(path, 'port name or number is required');
  }
}

function validateStatus(errors: FieldErrors, { status }: DeepReadonly<Ingress>): void {
  status?.loadBalancer?.ingress?.forEach(({ ip, hostname }, index) => {
    const path = `status.loadBalancer.ingress[${index}]`;
    if (ip && isIp(ip).length > 0) errors.invalid(`${path}.ip`, ip, 'must be a valid IP address');
    if (!hostname) return;
    errors.invalidEach(`${path}.hostname`, hostname, isDns1123Subdomain(hostname));
    if (net.isIP(hostname)) errors.invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address');
  });
}

type IngressClass = KubeObject & Pick<networking.IngressClass, 'spec'>;

export const ingressClass: Validator<IngressClass> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateClassSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    errors.immutable('spec.controller', object.spec?.controller, old.spec?.controller);
    validateClassSpec(errors, object.spec ?? {});
  },
};

function validateClassSpec(errors: FieldErrors, { controller, parameters }: DeepReadonly<networking.IngressClassSpec>): void {
  if (!controller) errors.required('spec.controller');
  else if (!controller.includes('/')) errors.invalid('spec.controller', controller, 'must be a domain-prefixed path (such as "acme.io/foo")');
  else errors.invalidEach('spec.controller', controller, isQualifiedName(controller.split('/').slice(0, 2).join('/')));
  if (!parameters) return;
  const { kind, name, scope, namespace } = parameters;
  if (!kind) errors.required('spec.parameters.kind');
  else errors.invalidEach('spec.parameters.kind', kind, isPathSegment(kind));
  if (!name) errors.required('spec.parameters.name');
  else errors.invalidEach('spec.parameters.name', name, isPathSegment(name));
  if (!scope) return errors.required('spec.parameters.scope');
  errors.oneOf('spec.parameters.scope', scope, ['Cluster', 'Namespace']);
  if (scope === 'Namespace' && !namespace) errors.required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'");
  if (scope === 'Cluster' && namespace !== undefined) errors.forbidden('spec.parameters.namespace', "`parameters.scope` is set to 'Cluster'");
}
