import type { KubeObject } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { CheckedObjects } from '../../checked-objects';
import { dangling, type Reference } from '../../dangling';
import type { Rule } from '../../rule';

const webhook = (name: string) => `
apiVersion: v1
kind: Service
metadata: { name: policy, namespace: policy }
spec: { selector: { app: policy }, ports: [{ port: 443 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: policy, namespace: policy, labels: { app: policy } }
spec:
  containers: [{ name: policy, image: policy:2.1.0 }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: policy.example.com }
webhooks:
  - name: policy.example.com
    clientConfig: { service: { namespace: policy, name: ${name} } }
    rules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
    sideEffects: None
    admissionReviewVersions: [v1]
`;

/** The API server is to call a Service that is not there: with a webhook that means requests are refused. */
export const hookService: Rule = {
  id: 'hook-service',
  severity: 'warning',
  summary: 'The API server is told to call a Service that is not there',
  why: 'With the failure policy Fail, which is the default, a webhook that cannot be reached refuses every request it is asked about; that can be the creation of all pods of the cluster. An APIService without its Service breaks discovery, and with it the deletion of namespaces.',
  seeAlso: 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#service-reference',
  examples: { fails: webhook('polcy'), passes: webhook('policy') },

  check: (objects) => dangling(objects, references(objects), ['Service']),
};

interface CalledService {
  readonly name: string;
  readonly namespace: string;
}

interface Calling {
  readonly webhooks?: readonly { readonly clientConfig?: { readonly service?: CalledService } }[];
  readonly spec?: { readonly service?: CalledService | null; readonly conversion?: { readonly webhook?: { readonly clientConfig?: { readonly service?: CalledService } } } };
}

function* references(objects: CheckedObjects): Generator<Reference> {
  for (const object of objects.all) {
    for (const { field, service } of calledBy(object)) yield { object, field: `${field}.name`, kind: 'Service', namespace: service.namespace, name: service.name };
  }
}

function calledBy(object: DeepReadonly<KubeObject>): readonly { readonly field: string; readonly service: CalledService }[] {
  const { webhooks, spec } = object as unknown as Calling;
  const called = (field: string, service: CalledService | null | undefined) => (service ? [{ field, service }] : []);
  switch (object.kind) {
    case 'ValidatingWebhookConfiguration':
    case 'MutatingWebhookConfiguration': return (webhooks ?? []).flatMap(({ clientConfig }, index) => called(`webhooks[${index}].clientConfig.service`, clientConfig?.service));
    case 'APIService': return called('spec.service', spec?.service);
    case 'CustomResourceDefinition': return called('spec.conversion.webhook.clientConfig.service', spec?.conversion?.webhook?.clientConfig?.service);
    default: return [];
  }
}
