/** What a container or a node had used at a moment. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** Of a container. */
  readonly startedAt?: number;
}

/** Everything one node said at once; containers by namespace, pod and name. */
export interface NodeSample {
  readonly node: Sample | undefined;
  /** By `namespace/pod`, then by container. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Sample>>;
}

const LINE = /^(\w+)(?:\{([^}]*)\})? ([^ ]+)(?: (\d+))?$/;
type Draft = { -readonly [K in keyof Sample]?: Sample[K] };

/** Reads a kubelet's `/metrics/resource`. Pure. Containers without both numbers are left out. */
export function parseResourceMetrics(text: string): NodeSample {
  const node: Draft = {};
  const pods = new Map<string, Map<string, Draft>>();
  for (const line of text.split('\n')) {
    const [, name, labelText = '', value, at] = (LINE.exec(line) ?? []) as readonly (string | undefined)[];
    if (name === undefined || value === undefined) continue;
    const labels = parseLabels(labelText);
    const draft = name.startsWith('node_') ? node : name.startsWith('container_') ? containerOf(pods, labels) : undefined;
    if (!draft) continue;
    if (name.endsWith('_cpu_usage_seconds_total')) Object.assign(draft, { cpuSeconds: Number(value), at: Number(at) });
    if (name.endsWith('_memory_working_set_bytes')) draft.memoryBytes = Number(value);
    if (name === 'container_start_time_seconds') draft.startedAt = Number(value) * 1000;
  }
  const complete = [...pods].map(([key, containers]) => [key, new Map([...containers].filter((entry): entry is [string, Sample] => isWhole(entry[1])))] as const);
  return { node: isWhole(node) ? node : undefined, pods: new Map(complete) };
}

function containerOf(pods: Map<string, Map<string, Draft>>, { namespace, pod, container }: Readonly<Record<string, string>>): Draft {
  const key = `${namespace}/${pod}`;
  const containers = pods.get(key) ?? new Map<string, Draft>();
  pods.set(key, containers);
  const draft = containers.get(container) ?? {};
  containers.set(container, draft);
  return draft;
}

const isWhole = (draft: Draft): draft is Sample => draft.cpuSeconds !== undefined && draft.memoryBytes !== undefined && draft.at !== undefined;

function parseLabels(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name, value.replace(/\\(.)/g, '$1')]));
}
