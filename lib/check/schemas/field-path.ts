/** `spec.containers[0].resources.limits[example.com/gpu]` as steps: `['spec', 'containers', 0, 'resources', 'limits', 'example.com/gpu']`. */
export function parseFieldPath(field: string): readonly (string | number)[] {
  return [...field.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, bracketed]) => (bracketed === undefined ? whole : /^\d+$/.test(bracketed) ? Number(bracketed) : bracketed));
}

/** The other way round; names with dots or slashes are in brackets. */
export function formatFieldPath(path: readonly (string | number)[]): string {
  return path.map((step, index) => (typeof step === 'number' || /[./]/.test(step) ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}
