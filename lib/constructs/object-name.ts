import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';
import { APP_LABEL, COMPONENT_LABEL, NAME_LABEL } from '../api/label-keys';
import { TwelveFactorApp } from './twelve-factor-app';

/** `<app>-<id>`, with the ids of constructs in between: stable, and unique because construct paths are. */
export function objectName(construct: Construct): string {
  const ids = construct.node.scopes.slice(2).map(({ node }) => node.id); // without the app and its chart
  const name = [TwelveFactorApp.appOf(construct).name, ...ids].join('-');
  if (name.length > 52) throw new Error(`${construct.node.path}: the name "${name}" is longer than 52 characters, which pods' names need; use shorter ids`);
  return name;
}

/** The name with a hash of the content: a change makes a new object, and so rolls the pods that refer to it. */
export function contentName(name: string, content: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name}-${createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8)}`;
}

/** Labels by which a process' pods are selected. Never changed once deployed: selectors are immutable. */
export function selectorLabels(construct: Construct): Readonly<Record<string, string>> {
  return { [NAME_LABEL]: TwelveFactorApp.appOf(construct).name, [COMPONENT_LABEL]: construct.node.id };
}

/** Labels of the pods. More than the selector has, so that these may change. */
export function podLabels(construct: Construct): Readonly<Record<string, string>> {
  return { ...selectorLabels(construct), [APP_LABEL]: TwelveFactorApp.appOf(construct).name };
}
