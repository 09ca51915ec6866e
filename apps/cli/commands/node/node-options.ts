import type { Taint } from '../../../../lib/api/taints';

/** `key=value` words. Throws for others. */
export function parseLabels(pairs: readonly string[], flag = '--label'): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new Error(`${flag} "${pair}" is not key=value`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  }));
}

const TAINT = /^([^=:]+)(?:=([^=:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/;

/** `key=value:effect` words. Throws for others. */
export function parseTaints(words: readonly string[]): readonly Taint[] {
  return words.map((word) => {
    const [, key, value, effect] = TAINT.exec(word) ?? [];
    if (key === undefined) throw new Error(`--taint "${word}" is not key=value:effect; effects are NoSchedule, PreferNoSchedule and NoExecute`);
    return { key, ...(value && { value }), effect };
  });
}
