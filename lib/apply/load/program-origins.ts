import type { ProgramReport, ReportedObject } from '../../api/program-report';
import type { ReadManifest } from '../../check/read-manifests';
import type { Origin } from '../../check/origin';
import type { KubeObject } from '../../api/types';
import { shownPath } from './shown-path';

/** Gives each object of a program the construct and the lines that made it. What the report does not know keeps its place in the YAML. */
export function originsOf(manifests: readonly ReadManifest[], report: ProgramReport, cwd: string): readonly { readonly object: KubeObject; readonly origin: Origin }[] {
  const reported = new Map(report.objects.map((object) => [keyOf(object), object]));
  return manifests.map(({ object, origin }) => {
    const { apiVersion, kind, metadata: { namespace, name = '' } } = object;
    const found = reported.get(keyOf({ apiVersion, kind, namespace, name }));
    return { object, origin: found ? toOrigin(found, cwd) : origin };
  });
}

const keyOf = ({ apiVersion, kind, namespace = '', name }: Pick<ReportedObject, 'apiVersion' | 'kind' | 'namespace' | 'name'>) => `${apiVersion} ${kind} ${namespace}/${name}`;

const toOrigin = ({ path, trace }: ReportedObject, cwd: string): Origin => ({ kind: 'construct', path, trace: trace.map((position) => ({ ...position, file: shownPath(position.file, cwd) })) });
