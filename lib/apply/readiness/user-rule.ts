import { FAILED_WHEN_ANNOTATION, READY_WHEN_ANNOTATION } from '../../api/label-keys';
import { type FieldStep, fieldAt, parseFieldPath } from '../fields/field-path';
import { tryCondition, type WithConditions } from './conditions';
import { failed, isObserved, ready, type Readiness, waiting } from './readiness';

interface Term {
  readonly text: string;
  readonly holds: (object: WithConditions) => boolean;
}

/** What somebody has said about when an object is ready. */
export interface UserRule {
  readonly ready: readonly Term[];
  readonly failed: readonly Term[];
}

/** The rule in the annotations of an object or of its kind's definition; undefined when there is none. Throws for one that cannot be read. Pure. */
export function tryUserRule(annotations: Readonly<Record<string, string>> = {}): UserRule | undefined {
  const terms = (annotation: string) => (annotations[annotation]?.match(/(?:\{[^}]*\}|\[[^\]]*\]|[^,\n])+/g) ?? []).map((text) => text.trim()).filter(Boolean).map((text) => parseTerm(annotation, text));
  const rule = { ready: terms(READY_WHEN_ANNOTATION), failed: terms(FAILED_WHEN_ANNOTATION) };
  return rule.ready.length + rule.failed.length > 0 ? rule : undefined;
}

function parseTerm(annotation: string, text: string): Term {
  const [, left, value] = /^((?:\{[^}]*\}|\[[^\]]*\]|[^=])+?)\s*(?:==?\s*(.*))?$/.exec(text) ?? [];
  const path = /^\{(.*)\}$/.exec(left ?? '')?.[1] ?? left;
  if (!path || (value === undefined && !/[.{]/.test(left))) throw new Error(`the annotation ${annotation}: "${text}" is neither a condition (Ready=True) nor a field with its value (.status.phase=Running)`);
  const wanted = value?.replace(/^"(.*)"$/, '$1');
  if (!/[.{[]/.test(left)) return { text, holds: (object) => tryCondition(object, path)?.status === wanted };
  let steps: readonly FieldStep[];
  try {
    steps = parseFieldPath(path.replace(/\[\?\(@\.([\w.]+)\s*==?\s*(?:"([^"]*)"|'([^']*)')\)\]/g, (_, key: string, double?: string, single?: string) => `[${key}=${JSON.stringify(double ?? single)}]`), {});
  } catch (error) {
    throw new Error(`the annotation ${annotation}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return {
    text,
    holds: (object) => {
      const found = fieldAt(object, steps);
      return wanted === undefined ? found !== undefined : found !== undefined && (typeof found === 'string' ? found : JSON.stringify(found)) === wanted;
    },
  };
}

/** How far the object is by the rule. A status that is about an earlier spec, where it says so, does not count. Pure. */
export function byUserRule(rule: UserRule, object: WithConditions): Readiness {
  if (object.metadata.deletionTimestamp) return waiting('is being deleted');
  if (object.status?.observedGeneration !== undefined && !isObserved(object)) return waiting('its controller has not seen the change yet');
  const hopeless = rule.failed.find(({ holds }) => holds(object));
  if (hopeless) return failed(hopeless.text);
  const missing = rule.ready.filter(({ holds }) => !holds(object)).map(({ text }) => text);
  return missing.length > 0 ? waiting(`not yet ${missing.join(', ')}`) : ready(rule.ready.map(({ text }) => text).join(', '));
}
