import * as fs from 'node:fs';
import type { ProgramReport, ReportedObject } from '../api/program-report';
import { Image } from './image';

/** Writes what the YAML has no place for to the file that $TWELVE_REPORT names. Without it, as under `cdk8s synth`, nobody asks. */
export function writeProgramReport(objects: readonly ReportedObject[]): void {
  // eslint-disable-next-line no-restricted-properties -- a program has no caller that could pass this in
  const file = process.env.TWELVE_REPORT;
  if (!file) return;
  const report: ProgramReport = { objects, images: Image._built() };
  fs.writeFileSync(file, JSON.stringify(report));
}
