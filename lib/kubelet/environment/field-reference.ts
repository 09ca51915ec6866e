import { nameOf, namespaceOf, uidOf, type KubeletContext, type ReadonlyPod } from '../kubelet-context';

export interface FieldScope {
  readonly pod: ReadonlyPod;
  readonly podIp: string;
  readonly context: Pick<KubeletContext, 'nodeName' | 'nodeAddress'>;
}

/** The value of a `fieldRef`; what files and variables of the downward API show. Throws on a path that is not supported. */
export function fieldValue(fieldPath: string, { pod, podIp, context }: FieldScope): string {
  const { metadata } = pod;
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath);
  if (subscript) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2]] ?? '';
  switch (fieldPath) {
    case 'metadata.name': return nameOf(pod);
    case 'metadata.namespace': return namespaceOf(pod);
    case 'metadata.uid': return uidOf(pod);
    case 'metadata.labels': return formatMap(metadata.labels);
    case 'metadata.annotations': return formatMap(metadata.annotations);
    case 'spec.nodeName': return context.nodeName;
    case 'spec.serviceAccountName': return pod.spec.serviceAccountName ?? 'default';
    case 'status.hostIP':
    case 'status.hostIPs': return context.nodeAddress;
    case 'status.podIP':
    case 'status.podIPs': return pod.spec.hostNetwork ? context.nodeAddress : podIp;
    default: throw new Error(`unsupported fieldPath: ${fieldPath}`);
  }
}

/** As upstream's FormatMap: sorted, one a line, values quoted. */
function formatMap(map: Readonly<Record<string, string>> = {}): string {
  return Object.keys(map).sort().map((key) => `${key}=${JSON.stringify(map[key])}`).join('\n');
}
