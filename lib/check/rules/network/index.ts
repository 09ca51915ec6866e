import type { Rule } from '../../rule';
import { externalName } from './external-name';
import { hostPortClash } from './host-port-clash';
import { ingressBackend, ingressBackendPort } from './ingress-backend';
import { ingressCertificate } from './ingress-certificate';
import { ingressConflict } from './ingress-conflict';
import { nodePortClash } from './node-port-clash';
import { overlappingSelectors } from './overlapping-selectors';
import { policyBlocksDns } from './policy-blocks-dns';
import { policyPort } from './policy-port';
import { policySelectsNothing } from './policy-selects-nothing';
import { portName } from './port-name';
import { serviceMixesWorkloads } from './service-mixes-workloads';
import { servicePort, servicePortUnlisted } from './service-port';
import { serviceSelectsNothing } from './service-selects-nothing';

/** Services, Ingresses and network policies. */
export const networkRules: readonly Rule[] = [
  serviceSelectsNothing, servicePort, servicePortUnlisted, serviceMixesWorkloads, overlappingSelectors, externalName, portName, nodePortClash, hostPortClash,
  ingressBackend, ingressBackendPort, ingressCertificate, ingressConflict,
  policySelectsNothing, policyPort, policyBlocksDns,
];
