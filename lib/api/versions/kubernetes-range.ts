/** The versions that manifests are to run on, both included: `1.28`. */
export interface KubernetesRange {
  readonly from: string;
  readonly to: string;
}

/** `1.28` → 28 */
export const minorOf = (version: string): number => Number(version.slice(version.indexOf('.') + 1));

/** 28 → `1.28` */
export const versionOf = (minor: number): string => `1.${minor}`;

export const minorsOf = ({ from, to }: KubernetesRange): MinorRange => ({ from: minorOf(from), to: minorOf(to) });

export interface MinorRange {
  readonly from: number;
  readonly to: number;
}

/** `1.28` or `1.28 to 1.33` */
export const formatRange = ({ from, to }: KubernetesRange): string => (from === to ? from : `${from} to ${to}`);
