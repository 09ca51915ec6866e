import type { DeepReadonly } from '../../base/deep-readonly';
import type { discovery, core, Endpoints, EndpointSlice } from '../types';
import type { FieldErrors } from './field-errors';
import { validateNonSpecialIp } from './ip-address';
import { validateLabelName } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Label, isDns1123Subdomain, isIp, isLabelValue, isPortNumber } from './names';
import type { Validator } from './validator';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export const endpoints: Validator<Endpoints> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    object.subsets?.forEach((subset, index) => validateSubset(errors, `subsets[${index}]`, subset));
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    object.subsets?.forEach((subset, index) => validateSubset(errors, `subsets[${index}]`, subset));
  },
};

function validateSubset(errors: FieldErrors, path: string, { addresses = [], notReadyAddresses = [], ports = [] }: DeepReadonly<core.EndpointSubset>): void {
  if (addresses.length === 0 && notReadyAddresses.length === 0) errors.required(path, 'must specify `addresses` or `notReadyAddresses`');
  addresses.forEach((address, index) => validateAddress(errors, `${path}.addresses[${index}]`, address));
  notReadyAddresses.forEach((address, index) => validateAddress(errors, `${path}.notReadyAddresses[${index}]`, address));
  ports.forEach(({ name, port = 0, protocol, appProtocol }, index) => {
    const field = `${path}.ports[${index}]`;
    if (!name) {
      if (ports.length > 1) errors.required(`${field}.name`);
    } else {
      errors.invalidEach(`${field}.name`, name, isDns1123Label(name));
    }
    errors.invalidEach(`${field}.port`, port, isPortNumber(port));
    if (!protocol) errors.required(`${field}.protocol`);
    else errors.oneOf(`${field}.protocol`, protocol, PROTOCOLS);
    if (appProtocol !== undefined) validateLabelName(errors, `${field}.appProtocol`, appProtocol);
  });
}

function validateAddress(errors: FieldErrors, path: string, { ip = '', hostname, nodeName }: DeepReadonly<core.EndpointAddress>): void {
  errors.invalidEach(`${path}.ip`, ip, isIp(ip));
  if (hostname) errors.invalidEach(`${path}.hostname`, hostname, isDns1123Label(hostname));
  if (nodeName !== undefined) errors.invalidEach(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName));
  validateNonSpecialIp(errors, `${path}.ip`, ip);
}

export const endpointSlice: Validator<EndpointSlice> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSlice(errors, object);
  },

  validateUpdate(object, old, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSlice(errors, object);
    errors.immutable('addressType', object.addressType, old.addressType);
  },
};

const MAXIMUM_ADDRESSES = 100;
const MAXIMUM_ENDPOINTS = 1000;
const MAXIMUM_PORTS = 20_000;

function validateSlice(errors: FieldErrors, { addressType, endpoints: list = [], ports = [] }: DeepReadonly<EndpointSlice>): void {
  if (!addressType) errors.required('addressType');
  else errors.oneOf('addressType', addressType, ['FQDN', 'IPv4', 'IPv6']);
  if (list.length > MAXIMUM_ENDPOINTS) return errors.tooMany('endpoints', list.length, MAXIMUM_ENDPOINTS);
  list.forEach((endpoint, index) => validateEndpoint(errors, `endpoints[${index}]`, endpoint, addressType));
  if (ports.length > MAXIMUM_PORTS) return errors.tooMany('ports', ports.length, MAXIMUM_PORTS);
  const names = new Set<string>();
  ports.forEach(({ name = '', protocol, appProtocol }, index) => {
    const field = `ports[${index}]`;
    if (name) errors.invalidEach(`${field}.name`, name, isDns1123Label(name));
    if (names.has(name)) errors.duplicate(`${field}.name`, name);
    names.add(name);
    if (!protocol) errors.required(`${field}.protocol`);
    else errors.oneOf(`${field}.protocol`, protocol, PROTOCOLS);
    if (appProtocol !== undefined) validateLabelName(errors, `${field}.appProtocol`, appProtocol);
  });
}

function validateEndpoint(errors: FieldErrors, path: string, { addresses = [], hostname, nodeName, hints }: DeepReadonly<discovery.Endpoint>, type: string): void {
  if (addresses.length === 0) errors.required(`${path}.addresses`, 'must contain at least 1 address');
  else if (addresses.length > MAXIMUM_ADDRESSES) errors.tooMany(`${path}.addresses`, addresses.length, MAXIMUM_ADDRESSES);
  addresses.forEach((address, index) => {
    const field = `${path}.addresses[${index}]`;
    if (type === 'FQDN') return errors.invalidEach(field, address, isDns1123Subdomain(address));
    if (type !== 'IPv4' && type !== 'IPv6') return;
    const fits = isIp(address).length === 0 && address.includes(':') === (type === 'IPv6');
    if (!fits) errors.invalid(field, address, `must be a valid ${type} address`);
    if (isIp(address).length === 0) validateNonSpecialIp(errors, field, address);
  });
  if (nodeName !== undefined) errors.invalidEach(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName));
  if (hostname !== undefined) errors.invalidEach(`${path}.hostname`, hostname, isDns1123Label(hostname));
  const zones = new Set<string>();
  hints?.forZones?.forEach(({ name = '' }, index) => {
    const field = `${path}.hints.forZones[${index}].name`;
    if (!name) errors.required(field);
    if (zones.has(name)) errors.duplicate(field, name);
    else errors.invalidEach(field, name, isLabelValue(name));
    zones.add(name);
  });
}
