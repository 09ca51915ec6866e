import { SECRET_VALUES_ANNOTATION } from '../api/label-keys';
import type { KubeObject } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import { tryNearest } from '../base/nearest';
import type { CheckedObjects } from './checked-objects';
import { isCustom, makesObjects, stringsOf } from './made-objects';
import { isAlwaysThere } from './well-known-objects';

/** Something that exists once the manifests are applied: one of them, or what a controller makes of one. */
interface KnownObject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Longer lists of names are not searched for the one that was meant: whoever has that many makes them with a program. */
const MOST_CANDIDATES = 500;

/** Which names the manifests can refer to. */
export class KnownObjects {
  private static readonly ofObjects = new WeakMap<CheckedObjects, KnownObjects>();

  private readonly byName = new Map<string, KnownObject[]>();
  private readonly byPlace = new Map<string, KnownObject[]>();
  private readonly written = new Set<string>();
  private readonly prefixes: KnownObject[] = [];
  private readonly custom: readonly DeepReadonly<KubeObject>[];
  private mentioned: ReadonlySet<string> | undefined;
  private customNames: ReadonlySet<string> | undefined;

  static of(objects: CheckedObjects): KnownObjects {
    let known = KnownObjects.ofObjects.get(objects);
    if (!known) KnownObjects.ofObjects.set(objects, known = new KnownObjects(objects.all));
    return known;
  }

  private constructor(all: readonly DeepReadonly<KubeObject>[]) {
    this.custom = all.filter(isCustom);
    for (const object of all) {
      const { kind, metadata: { namespace, name, generateName } } = object;
      if (name) this.add({ kind, namespace, name });
      else if (generateName) this.prefixes.push({ kind, namespace, name: generateName });
      if (!fillsInLater(object)) this.written.add(place(kind, namespace));
      for (const made of makesObjects(object)) {
        if (made.prefix) this.prefixes.push({ namespace, ...made });
        else this.add({ namespace, ...made });
      }
    }
  }

  /** An object without a namespace goes where it is applied to, which may be any. */
  has(kind: string, namespace: string | undefined, name: string): boolean {
    const there = (known: KnownObject) => known.namespace === namespace || known.namespace === undefined || namespace === undefined;
    return isAlwaysThere(kind, namespace, name)
      || (this.byName.get(`${kind}/${name}`) ?? []).some(there)
      || this.prefixes.some((known) => known.kind === kind && name.startsWith(known.name) && there(known))
      || this.isMadeByCustomResource(name);
  }

  /** Whether any object of these kinds in a namespace is written out in the manifests, so that one which they lack is conspicuous. */
  hasAny(kinds: readonly string[], namespace: string | undefined): boolean {
    return kinds.some((kind) => this.written.has(place(kind, namespace)));
  }

  /** The namespaces in which there is an object of that name. */
  namespacesOf(kind: string, name: string): readonly string[] {
    return (this.byName.get(`${kind}/${name}`) ?? []).flatMap(({ namespace }) => namespace ?? []);
  }

  /** The name that was most likely meant. Names that differ in their numbers only are different on purpose. */
  tryNearest(kind: string, namespace: string | undefined, name: string): string | undefined {
    const candidates = this.byPlace.get(place(kind, namespace)) ?? [];
    if (candidates.length > MOST_CANDIDATES) return undefined;
    return tryNearest(name, candidates.map((candidate) => candidate.name).filter((candidate) => candidate.replace(/\d+/g, '') !== name.replace(/\d+/g, '')));
  }

  /** Operators make Secrets, Services and claims whose names are written in a custom resource, or begin with its own. */
  isMadeByCustomResource(name: string): boolean {
    if (this.custom.length === 0) return false;
    this.mentioned ??= new Set(this.custom.flatMap((object) => [...stringsOf(object)]));
    this.customNames ??= new Set(this.custom.flatMap(({ metadata }) => metadata.name ?? []));
    const names = this.customNames;
    return this.mentioned.has(name) || [...name.matchAll(/-/g)].some(({ index }) => names.has(name.slice(0, index)));
  }

  private add(known: KnownObject): void {
    append(this.byName, `${known.kind}/${known.name}`, known);
    append(this.byPlace, place(known.kind, known.namespace), known);
  }
}

/** Whoever keeps the values of Secrets elsewhere has Secrets elsewhere, too. */
const fillsInLater = ({ kind, metadata }: DeepReadonly<KubeObject>) => kind === 'Secret' && SECRET_VALUES_ANNOTATION in (metadata.annotations ?? {});

const place = (kind: string, namespace: string | undefined) => `${kind}/${namespace ?? ''}`;

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
