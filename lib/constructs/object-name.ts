import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';
import { APP_LABEL, COMPONENT_LABEL, NAME_LABEL } from '../api/label-keys';
import { TwelveFactorApp } from './twelve-factor-app';

/** `<app>-<id>`, with the ids of constructs in between: stable. Two constructs that come to the same name are refused. */
export function objectName(construct: Construct): string {
  const app = TwelveFactorApp.appOf(construct);
  const name = [app.name, component(construct)].join('-');
  if (name.length > 52) throw new Error(`${construct.node.path}: the name "${name}" is longer than 52 characters, which pods' names need; use shorter ids`);
  app._claimName(name, construct.node.path);
  return name;
}

/** The ids below the app and its chart. */
const component = (construct: Construct) => construct.node.scopes.slice(2).map(({ node }) => node.id).join('-');

/** The name with a hash of the content: a change makes a new object, and so rolls the pods that refer to it. */
export function contentName(name: string, content: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name}-${createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8)}`;
}

/** Labels by which a process' pods are selected. Never changed once deployed: selectors are immutable. */
export function selectorLabels(construct: Construct): Readonly<Record<string, string>> {
  return { [NAME_LABEL]: TwelveFactorApp.appOf(construct).name, [COMPONENT_LABEL]: component(construct) };
}

/** Labels of the pods. More than the selector has, so that these may change. */
export function podLabels(construct: Construct): Readonly<Record<string, string>> {
  return { ...selectorLabels(construct), [APP_LABEL]: TwelveFactorApp.appOf(construct).name };
}
