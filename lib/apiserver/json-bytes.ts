const cache = new WeakMap<object, Buffer>();

/**
 * The JSON of an object as bytes. Kept as long as the object lives, so that an object that goes to many watchers is written once;
 * only for objects that never change (what came out of the store).
 */
export function toJsonBytes(object: object): Buffer {
  let bytes = cache.get(object);
  if (!bytes) cache.set(object, (bytes = Buffer.from(JSON.stringify(object))));
  return bytes;
}

const END_OF_EVENT = Buffer.from('}\n');

/** One line of a watch: `{"type":"ADDED","object":…}`. */
export function eventBytes({ type, object }: { readonly type: string; readonly object: unknown }): Buffer {
  const bytes = typeof object === 'object' && object !== null ? toJsonBytes(object) : Buffer.from(JSON.stringify(object));
  return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), bytes, END_OF_EVENT]);
}
