/** The steps of a field's path: `spec.ports[0].name` → spec, ports, 0, name; `metadata.labels[app.kubernetes.io/name]` → metadata, labels, app.kubernetes.io/name. */
export function fieldSteps(path: string): readonly string[] {
  return [...path.matchAll(/\[((?:"(?:[^"\\]|\\.)*"|[^\]])*)\]|[^.[\]]+/g)].map(([whole, inBrackets]) => inBrackets?.replace(/^"(.*)"$/s, '$1') ?? whole);
}
