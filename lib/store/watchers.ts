import type { Change } from './history';

export type Terms<V> = (key: string, value: V) => readonly string[];
type Listener<V> = (change: Change<V>) => void;

/**
 * Who wants to hear of which keys. Found by the folders of a changed key and by its terms, so that a change of one pod costs what its own watchers cost and not
 * a look at everybody's: every node of a large cluster watches the pods.
 */
export class Watchers<V> {
  private readonly byPrefix = new Map<string, Set<Listener<V>>>();
  private readonly byTerm = new Map<string, Set<Listener<V>>>();

  constructor(private readonly terms: Terms<V>) {}

  /** @returns what removes the listener. It is told of keys that begin with the prefix, and with a term only of those that have the term before or after the change. */
  add(prefix: string, term: string | undefined, listener: Listener<V>): () => void {
    const [index, id] = term === undefined ? [this.byPrefix, folderOf(prefix)] as const : [this.byTerm, term] as const;
    const checked: Listener<V> = (change) => { if (change.key.startsWith(prefix)) listener(change); };
    const listeners = index.get(id) ?? new Set();
    index.set(id, listeners.add(checked));
    return () => {
      listeners.delete(checked);
      if (listeners.size === 0 && index.get(id) === listeners) index.delete(id);
    };
  }

  tell(change: Change<V>): void {
    for (let at = change.key.indexOf('/'); at >= 0; at = change.key.indexOf('/', at + 1)) this.tellAll(this.byPrefix.get(change.key.slice(0, at + 1)), change);
    this.tellAll(this.byPrefix.get(''), change);
    if (this.byTerm.size === 0) return;
    for (const term of this.termsOf(change)) this.tellAll(this.byTerm.get(term), change);
  }

  /** Whether somebody who asked for the term is to hear of the change. */
  concerns(change: Change<V>, term: string): boolean {
    return this.termsOf(change).has(term);
  }

  private termsOf({ key, before, after }: Change<V>): ReadonlySet<string> {
    return new Set([key, ...(before ? this.terms(key, before.value) : []), ...(after ? this.terms(key, after.value) : [])]);
  }

  private tellAll(listeners: ReadonlySet<Listener<V>> | undefined, change: Change<V>): void {
    if (listeners) for (const listener of listeners) listener(change);
  }
}

/** `/pods/` of `/pods/web`: the part up to the last slash. */
const folderOf = (prefix: string) => prefix.slice(0, prefix.lastIndexOf('/') + 1);
