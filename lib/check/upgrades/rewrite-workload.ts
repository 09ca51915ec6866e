import { fieldsOf, type Rewrite } from './rewrite';

/**
 * apps/v1 asks for the selector that the versions before took from the labels of the template, and no longer has two fields that did nothing. Where pods were
 * replaced only when somebody deleted them, that is now written down. How many revisions are kept and how far a rollout may go meanwhile follow the newer defaults.
 */
export const rewriteWorkload: Rewrite = (object) => {
  const { rollbackTo: _, templateGeneration: __, ...spec } = fieldsOf(object.spec);
  const labels = fieldsOf(fieldsOf(fieldsOf(spec.template).metadata).labels);
  if (spec.selector === undefined && Object.keys(labels).length === 0) return undefined;
  const onDelete = (object.kind === 'DaemonSet' && object.apiVersion === 'extensions/v1beta1') || (object.kind === 'StatefulSet' && object.apiVersion === 'apps/v1beta1');
  return {
    ...object,
    spec: {
      ...(spec.selector === undefined && { selector: { matchLabels: { ...labels } } }), ...spec,
      ...(onDelete && fieldsOf(spec.updateStrategy).type === undefined && { updateStrategy: { ...fieldsOf(spec.updateStrategy), type: 'OnDelete' } }),
    },
  };
};
