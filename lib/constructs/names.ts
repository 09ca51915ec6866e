/** Names become parts of host names. */
export function checkName(what: string, name: string): string {
  if (/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) return name;
  throw new Error(`${what} "${name}": a name has at most 40 of a-z, 0-9 and -, begins with a letter and ends with a letter or digit`);
}

/** Environment variables as every shell can set them. */
export function checkVariable(what: string, name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw new Error(`${what}: "${name}" is not a name of an environment variable; use letters, digits and _, not beginning with a digit`);
}
