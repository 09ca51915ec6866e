import type { CheckResult } from '../check-manifests';
import { toRecord } from './finding-record';

/** One JSON object with everything, for programs. */
export function formatJson({ objects, findings, ignored }: CheckResult): string {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return JSON.stringify({
    summary: { objects, errors: count('error'), warnings: count('warning'), ignored: ignored.length },
    findings: findings.map(toRecord),
    ignored: ignored.map(({ finding, reason }) => ({ ...toRecord(finding), reason })),
  }, null, 2);
}
