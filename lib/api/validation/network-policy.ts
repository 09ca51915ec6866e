import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject, networking } from '../types';
import type { FieldErrors } from './field-errors';
import { go } from './go-syntax';
import { inNetwork } from './ip-address';
import { validateLabelSelector } from './labels';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isCidr, isDns1123Subdomain } from './names';
import { validatePortNumberOrName } from './probe';
import type { Validator } from './validator';

type NetworkPolicy = KubeObject & Pick<networking.NetworkPolicy, 'spec'>;

export const networkPolicy: Validator<NetworkPolicy> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validateSpec(errors, object.spec ?? {});
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validateSpec(errors, object.spec ?? {});
  },
};

function validateSpec(errors: FieldErrors, { podSelector, ingress = [], egress = [], policyTypes = [] }: Partial<DeepReadonly<networking.NetworkPolicySpec>>): void {
  validateLabelSelector(errors, 'spec.podSelector', podSelector);
  ingress.forEach(({ ports, from }, index) => validateRule(errors, `spec.ingress[${index}]`, ports, 'from', from));
  egress.forEach(({ ports, to }, index) => validateRule(errors, `spec.egress[${index}]`, ports, 'to', to));
  if (policyTypes.length > 2) return errors.invalid('spec.policyTypes', go('[]networking.PolicyType', policyTypes), 'may not specify more than two policyTypes');
  policyTypes.forEach((type, index) => errors.oneOf(`spec.policyTypes[${index}]`, type, ['Ingress', 'Egress']));
}

type Ports = readonly DeepReadonly<networking.NetworkPolicyPort>[] | undefined;
type Peers = readonly DeepReadonly<networking.NetworkPolicyPeer>[] | undefined;

function validateRule(errors: FieldErrors, path: string, ports: Ports, peersField: string, peers: Peers): void {
  ports?.forEach((port, index) => validatePort(errors, `${path}.ports[${index}]`, port));
  peers?.forEach((peer, index) => validatePeer(errors, `${path}.${peersField}[${index}]`, peer));
}

function validatePort(errors: FieldErrors, path: string, { protocol, port, endPort }: DeepReadonly<networking.NetworkPolicyPort>): void {
  if (protocol !== undefined) errors.oneOf(`${path}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
  if (port === undefined) {
    if (endPort !== undefined) errors.invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is not specified');
    return;
  }
  validatePortNumberOrName(errors, `${path}.port`, port);
  if (endPort === undefined) return;
  if (typeof port === 'string') return errors.invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is non-numeric');
  if (endPort < port) errors.invalid(`${path}.endPort`, endPort, 'must be greater than or equal to `port`');
  errors.inRange(`${path}.endPort`, endPort, 1, 65535);
}

function validatePeer(errors: FieldErrors, path: string, { podSelector, namespaceSelector, ipBlock }: DeepReadonly<networking.NetworkPolicyPeer>): void {
  validateLabelSelector(errors, `${path}.podSelector`, podSelector);
  validateLabelSelector(errors, `${path}.namespaceSelector`, namespaceSelector);
  if (ipBlock) validateIpBlock(errors, `${path}.ipBlock`, ipBlock);
  if (!podSelector && !namespaceSelector && !ipBlock) errors.required(path, 'must specify a peer');
  else if (ipBlock && (podSelector || namespaceSelector)) errors.forbidden(path, 'may not specify both ipBlock and another peer');
}

function validateIpBlock(errors: FieldErrors, path: string, { cidr, except = [] }: DeepReadonly<networking.IPBlock>): void {
  if (!cidr) return errors.required(`${path}.cidr`);
  if (!isCidr(cidr)) return errors.invalid(`${path}.cidr`, cidr, 'not a valid CIDR');
  const [network = '', bits] = cidr.split('/');
  except.forEach((inner, index) => {
    const field = `${path}.except[${index}]`;
    if (!isCidr(inner)) return errors.invalid(field, inner, 'not a valid CIDR');
    const [address = '', innerBits] = inner.split('/');
    if (!inNetwork(address, network, Number(bits)) || Number(innerBits) <= Number(bits)) errors.invalid(field, inner, 'must be a strict subset of `cidr`');
  });
}
