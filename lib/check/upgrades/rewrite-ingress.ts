import { fieldsOf, listOf, type AnyFields, type Rewrite } from './rewrite';

/** A backend names its Service in a structure of its own since v1, and a path says how it is matched; before, that was up to the controller. */
export const rewriteIngress: Rewrite = (object) => {
  const { backend, rules, ...spec } = fieldsOf(object.spec);
  return {
    ...object,
    spec: {
      ...spec,
      ...(backend !== undefined && { defaultBackend: backendOf(backend) }),
      ...(rules !== undefined && { rules: listOf(rules).map((rule) => (rule.http === undefined ? rule : { ...rule, http: { ...fieldsOf(rule.http), paths: listOf(fieldsOf(rule.http).paths).map(pathOf) } })) }),
    },
  };
};

const pathOf = ({ backend, pathType = 'ImplementationSpecific', ...path }: AnyFields): AnyFields => ({ ...path, pathType, backend: backendOf(backend) });

function backendOf(backend: unknown): AnyFields {
  const { serviceName, servicePort, ...rest } = fieldsOf(backend);
  if (serviceName === undefined) return rest;
  const numeric = typeof servicePort === 'number' || /^\d+$/.test(String(servicePort));
  return { ...rest, service: { name: serviceName, port: numeric ? { number: Number(servicePort) } : { name: servicePort } } };
}
