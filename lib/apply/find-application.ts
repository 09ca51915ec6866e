import { tryNearest } from '../base/nearest';
import { APP_LABEL } from '../api/label-keys';
import { isForbidden } from '../api/status-error';
import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { Client } from '../client/client';
import { RECORD_LABEL } from './releases/release';

/** An application, and the namespace that its releases are kept in. */
export interface ApplicationPlace {
  readonly name: string;
  readonly namespace: string;
}

/** What is known of the application that a person means. */
export type WantedApplication =
  /** Its name, from the command line or from the program. */
  | { readonly name: string }
  /** Nobody has said it: the one that is called like the folder, else the only one there is. */
  | { readonly folder: string };

export interface Whereabouts {
  /** Where it is looked for first. */
  readonly namespace: string;
  /** Whether other namespaces may be meant: not when a person has named this one. */
  readonly elsewhere: boolean;
}

/**
 * The application that is meant: the one rule of all commands. In the namespace before other namespaces; `undefined` when it is not there. Throws when several may be meant. Pure.
 * @param places those there are
 */
export function tryChooseApplication(places: readonly ApplicationPlace[], wanted: WantedApplication, whereabouts: Whereabouts): ApplicationPlace | undefined {
  const name = 'name' in wanted ? wanted.name : wanted.folder;
  const found = placeOf(places.filter((place) => place.name === name), whereabouts);
  if (found || 'name' in wanted) return found;
  const own = places.filter(({ namespace }) => namespace === whereabouts.namespace);
  const candidates = own.length > 0 || !whereabouts.elsewhere ? own : places;
  if (candidates.length > 1) throw new Error(`there are several applications: ${describePlaces(candidates)}; name one with --app, or go to the folder of its program`);
  return candidates[0];
}

function placeOf(named: readonly ApplicationPlace[], { namespace, elsewhere }: Whereabouts): ApplicationPlace | undefined {
  const own = named.find((place) => place.namespace === namespace);
  if (own || !elsewhere) return own;
  if (named.length > 1) throw new Error(`${named[0]?.name} is in several namespaces: ${named.map((place) => place.namespace).join(', ')}; name one with --namespace`);
  return named[0];
}

/** As tryChooseApplication; throws with those there are when it is not one of them. Pure. */
export function chooseApplication(places: readonly ApplicationPlace[], wanted: WantedApplication, whereabouts: Whereabouts): ApplicationPlace {
  const chosen = tryChooseApplication(places, wanted, whereabouts);
  if (chosen) return chosen;
  const head = `there is no application${'name' in wanted ? ` "${wanted.name}"` : ''}${whereabouts.elsewhere ? '' : ` in namespace ${whereabouts.namespace}`}`;
  if (places.length === 0) throw new Error(`${head}; bring one with: twelve apply`);
  const meant = 'name' in wanted ? tryNearest(wanted.name, places.map(({ name }) => name)) : undefined;
  throw new Error(`${head}; ${meant !== undefined && 'name' in wanted && meant !== wanted.name ? `${meant} is meant, perhaps; ` : ''}there are: ${describePlaces(places)}`);
}

const describePlaces = (places: readonly ApplicationPlace[]) => places.map(({ name, namespace }) => `${name} (namespace ${namespace})`).join(', ');

const WORKLOADS = { Deployment: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1', CronJob: 'batch/v1', Job: 'batch/v1' } as const;

/** Looks for the application in the cluster; asks for no more than one namespace where it is there. Rejects with the applications there are. */
export async function findApplication(client: Client, wanted: WantedApplication, whereabouts: Whereabouts): Promise<ApplicationPlace> {
  const own = await applicationsIn(client, whereabouts.namespace);
  if (own.some(({ name }) => name === ('name' in wanted ? wanted.name : wanted.folder)) || (own.length > 0 && !('name' in wanted))) return chooseApplication(own, wanted, whereabouts);
  // Who may see one namespace alone is told of that one.
  const all = await applicationsIn(client, undefined).catch((error: unknown) => {
    if (isForbidden(error)) return own;
    throw error;
  });
  return chooseApplication(all, wanted, whereabouts);
}

/** Every application, by what it runs and by its releases. @param namespace undefined: all */
export async function applicationsIn(client: Client, namespace: string | undefined): Promise<readonly ApplicationPlace[]> {
  const [records, ...workloads] = await Promise.allSettled([
    client.listObjects({ apiVersion: 'v1', kind: 'Secret' }, { namespace, labelSelector: `${APP_LABEL},${RECORD_LABEL}=release` }).then(({ items }) => items, () => []), // who may not read Secrets has workloads
    ...Object.entries(WORKLOADS).map(([kind, apiVersion]) => client.listObjects({ apiVersion, kind }, { namespace, labelSelector: APP_LABEL }).then(({ items }) => items)),
  ]);
  const homes = seen([records]).flatMap(placeOfObject);
  // Of an application in several namespaces, the one with its releases is meant.
  const others = seen(workloads).filter(({ metadata }) => !metadata.ownerReferences?.length).flatMap(placeOfObject).filter(({ name }) => !homes.some((home) => home.name === name));
  const distinct = new Map([...homes, ...others].map((place) => [`${place.namespace} ${place.name}`, place]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

/** What may be seen of them; rejects when that is nothing. */
function seen(lists: readonly PromiseSettledResult<readonly DeepReadonly<KubeObject>[]>[]): readonly DeepReadonly<KubeObject>[] {
  const failures = lists.flatMap((list) => (list.status === 'rejected' ? [list.reason as unknown] : []));
  const [worst = failures[0]] = failures.filter((error) => !isForbidden(error));
  if (worst !== undefined && (!isForbidden(worst) || failures.length === lists.length)) throw worst;
  return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
}

function placeOfObject({ metadata: { namespace, labels } }: DeepReadonly<KubeObject>): readonly ApplicationPlace[] {
  const name = labels?.[APP_LABEL];
  return name === undefined || namespace === undefined ? [] : [{ name, namespace }];
}
