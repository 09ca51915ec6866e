import type { ReadProblem } from './read-manifests';
import type { Finding, RuleDescription } from './rule';

/** What cannot be read is found like everything else, so that it does not hide what is wrong in the other documents. */
export const syntaxRule: RuleDescription = {
  id: 'syntax',
  severity: 'error',
  summary: 'A document is not YAML, or is no Kubernetes object',
  why: 'Nothing of the document can be applied. Where a key is written twice in one map, the API server refuses it, and tools that do not lose one of the two values.',
  seeAlso: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/',
  ignorable: false,
  examples: {
    fails: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
  LOG_LEVEL: info
  LOG_LEVEL: debug
`,
    passes: `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
  LOG_LEVEL: debug
`,
  },
};

/** There is no object to speak of. */
const NO_OBJECT = { apiVersion: '', kind: '', metadata: {} } as const;

export function syntaxFinding({ position, message, fix, text, line }: ReadProblem): Finding {
  const { id: rule, severity } = syntaxRule;
  return { rule, severity, object: NO_OBJECT, field: '', message, fix, location: position, origin: { kind: 'yaml', file: position.file, line, text } };
}

/** Whether a finding is about an object, and not about text that is none. */
export const hasObject = ({ object }: Finding): boolean => object.kind !== '';
