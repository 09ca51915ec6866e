/** Sets what is absent. */
export function setDefault<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
  if (target[key] === undefined || target[key] === null) target[key] = value;
}

/** The same for values that are empty rather than absent: `''`. */
export function setIfEmpty<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
  if (!target[key]) target[key] = value;
}
