/** What is drawn: things, and which of them needs which. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  /** `web`. */
  readonly name: string;
  /** `Deployment`, or what the construct is. Decides the shape. */
  readonly kind: string;
  /** Drawn in one box with others of the same. @default none */
  readonly group?: string;
}

/** `from` needs `to`. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** How: `env`, `selects`, `scales`. */
  readonly label: string;
}

/** Looks of a node, for both languages. */
export type Shape = 'process' | 'data' | 'network' | 'other';

const SHAPES: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'].map((kind) => [kind, 'process'] as const)),
  ...Object.fromEntries(['ConfigMap', 'Secret', 'PersistentVolumeClaim', 'PersistentVolume'].map((kind) => [kind, 'data'] as const)),
  ...Object.fromEntries(['Service', 'Ingress', 'NetworkPolicy'].map((kind) => [kind, 'network'] as const)),
};

export const shapeOf = ({ kind }: GraphNode): Shape => SHAPES[kind] ?? 'other';
