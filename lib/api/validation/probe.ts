import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../types';
import type { FieldErrors } from './field-errors';
import { isHttpHeaderName, isPortName, isPortNumber } from './names';

type Probe = DeepReadonly<core.Probe> | undefined;
type HttpGet = DeepReadonly<core.HTTPGetAction>;

interface Handler {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: HttpGet;
  readonly tcpSocket?: { readonly port?: number | string };
  readonly grpc?: { readonly port?: number };
}

export function validateLivenessProbe(errors: FieldErrors, path: string, probe: Probe): void {
  if (!probe) return;
  validateProbe(errors, path, probe);
  if (probe.successThreshold !== 1) errors.invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1');
}

export const validateStartupProbe = validateLivenessProbe;

export function validateReadinessProbe(errors: FieldErrors, path: string, probe: Probe): void {
  if (!probe) return;
  validateProbe(errors, path, probe);
  if (probe.terminationGracePeriodSeconds !== undefined) {
    errors.invalid(`${path}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes');
  }
}

function validateProbe(errors: FieldErrors, path: string, probe: DeepReadonly<core.Probe>): void {
  validateHandler(errors, path, probe);
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const) {
    errors.nonNegative(`${path}.${field}`, probe[field]);
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) errors.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0');
}

export function validateLifecycle(errors: FieldErrors, path: string, lifecycle: DeepReadonly<core.Lifecycle> | undefined): void {
  if (lifecycle?.postStart) validateHandler(errors, `${path}.postStart`, lifecycle.postStart);
  if (lifecycle?.preStop) validateHandler(errors, `${path}.preStop`, lifecycle.preStop);
}

function validateHandler(errors: FieldErrors, path: string, handler: Handler): void {
  const kinds = (['exec', 'httpGet', 'tcpSocket', 'grpc'] as const).filter((kind) => handler[kind]);
  if (kinds.length === 0) errors.required(path, 'must specify a handler type');
  kinds.forEach((kind, index) => {
    if (index > 0) errors.forbidden(`${path}.${kind}`, 'may not specify more than 1 handler type');
    else validateAction(errors, `${path}.${kind}`, handler);
  });
}

function validateAction(errors: FieldErrors, path: string, { exec, httpGet, tcpSocket, grpc }: Handler): void {
  if (exec) {
    if (!exec.command?.length) errors.required(`${path}.command`);
  } else if (httpGet) {
    validateHttpGet(errors, path, httpGet);
  } else {
    validatePortNumberOrName(errors, `${path}.port`, (tcpSocket ?? grpc)?.port ?? 0);
  }
}

function validateHttpGet(errors: FieldErrors, path: string, { path: urlPath, port, scheme, httpHeaders }: HttpGet): void {
  if (!urlPath) errors.required(`${path}.path`);
  validatePortNumberOrName(errors, `${path}.port`, port ?? 0);
  errors.oneOf(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']);
  for (const { name = '' } of httpHeaders ?? []) errors.invalidEach(`${path}.httpHeaders`, name, isHttpHeaderName(name));
}

export function validatePortNumberOrName(errors: FieldErrors, field: string, port: number | string): void {
  errors.invalidEach(field, port, typeof port === 'number' ? isPortNumber(port) : isPortName(port));
}
