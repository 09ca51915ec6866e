import * as fs from 'node:fs';
import * as cdk8s from 'cdk8s';
import * as constructs from 'constructs';
import type { ProgramReport, ReportedApplication, ReportedObject } from '../api/program-report';
import { Image } from './image';
import { type Position, SourcePositions } from './source-positions';
import { ensureTraced, rawTraceOf, whileSynthesizing } from './trace';

/** Everything that this process has synthesized until now: a program may have several apps. */
const synthesized = new Map<cdk8s.App, readonly ReportedObject[]>();

const applications = new Map<cdk8s.App, ReportedApplication>();

/** What an app says about itself. */
export function reportApplication(app: cdk8s.App, application: ReportedApplication): void {
  if (isReportRequested()) applications.set(app, application);
}

/** The file that the report is asked into. The one place where constructs look for it: the command line starts the program with it. */
function requestedFile(): string | undefined {
  // eslint-disable-next-line no-restricted-properties -- a program has no caller that could pass this in
  return process.env.TWELVE_REPORT || undefined;
}

/** cdk8s has been asked to say which construct made which object, as it is for validations. */
const isMetadataRequested = (): boolean =>
  // eslint-disable-next-line no-restricted-properties -- as above
  process.env.CDK8S_RECORD_CONSTRUCT_METADATA === 'true';

/** Whether somebody wants to know where objects are made. */
export const isReportRequested = (): boolean => requestedFile() !== undefined || isMetadataRequested();

const REPORTING = Symbol.for('cdk8s-twelve-factor.report');

/**
 * From now on every construct remembers its lines, and `app.synth()` of every App, also of a plain cdk8s one, writes the report. Again is nothing.
 * @param libraries the copies of cdk8s and constructs that the program uses. @default ours
 */
export function startReporting(libraries: { readonly App: typeof cdk8s.App; readonly ApiObject: typeof cdk8s.ApiObject; readonly Node: typeof constructs.Node } = { ...cdk8s, ...constructs }): void {
  ensureTraced(libraries.Node);
  const prototype = libraries.App.prototype as cdk8s.App & { [REPORTING]?: true };
  if (prototype[REPORTING]) return;
  Object.defineProperty(prototype, REPORTING, { value: true });
  const { synth } = prototype;
  prototype.synth = function reported(this: cdk8s.App): void {
    whileSynthesizing(this, () => synth.call(this));
    synthesized.set(this, reportedObjects(this, libraries.ApiObject));
    writeReport(this);
  };
}

function reportedObjects(app: cdk8s.App, ApiObject: typeof cdk8s.ApiObject): readonly ReportedObject[] {
  const positions = new SourcePositions();
  return app.node.findAll().filter((construct): construct is cdk8s.ApiObject => construct instanceof ApiObject).map((object) => toReported(object, positions));
}

function toReported(object: cdk8s.ApiObject, positions: SourcePositions): ReportedObject {
  const { namespace } = object.metadata;
  return {
    apiVersion: object.apiVersion, kind: object.kind, ...(namespace && { namespace }), name: object.name, path: object.node.path,
    trace: withoutRepeats(rawTraceOf(object).flatMap((frame) => positions.tryFind(frame) ?? [])),
  };
}

/** An arrow function and the call it is passed to are often on one line. */
const withoutRepeats = (positions: readonly Position[]) => positions.filter(({ file, line }, index) => index === 0 || positions[index - 1].line !== line || positions[index - 1].file !== file);

function writeReport(app: cdk8s.App): void {
  const report: ProgramReport = { applications: [...applications.values()], objects: [...synthesized.values()].flat(), images: Image._built() };
  const file = requestedFile();
  if (file !== undefined) fs.writeFileSync(file, JSON.stringify(report));
  if (isMetadataRequested()) addToMetadata(app, report);
}

/** Beside what cdk8s writes there for validations; they read it again (lib/validation.ts). */
function addToMetadata(app: cdk8s.App, report: ProgramReport): void {
  const file = `${app.outdir}/construct-metadata.json`;
  if (!fs.existsSync(file)) return;
  fs.writeFileSync(file, JSON.stringify({ ...(JSON.parse(fs.readFileSync(file, 'utf8')) as object), twelve: report }));
}
