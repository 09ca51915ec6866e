import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ProgramReport } from '../../api/program-report';
import type { KubeObject } from '../../api/types';
import type { CheckedManifest } from '../../check/check-manifests';
import { readManifests, type ReadManifest, type ReadProblem, type ReadResult } from '../../check/read-manifests';
import { listManifestFiles } from './list-manifest-files';
import { originsOf } from './program-origins';
import { shownPath } from './shown-path';

export interface InputOptions {
  /** A program, a folder, a YAML or JSON file, or `-` for the standard input. */
  readonly what: string;
  readonly cwd: string;
  /** For programs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readStdin: () => Promise<string>;
  /** What a program prints. */
  readonly onOutput: (text: string) => void;
  /** What a program tells beside its YAML. */
  readonly onReport?: (report: ProgramReport) => void;
  /** How much YAML is going to be parsed. */
  readonly onSize?: (bytes: number) => void;
  /** The objects of each file of YAML, as soon as it is parsed. */
  readonly onRead?: (manifests: readonly ReadManifest[]) => void;
}

export interface InputManifest extends CheckedManifest {
  readonly object: KubeObject;
}

export interface Input {
  readonly manifests: readonly InputManifest[];
  readonly problems: readonly ReadProblem[];
  /** Files of a folder that have no Kubernetes objects, or templates of them. */
  readonly skipped: readonly string[];
}

const PROGRAM = /\.[cm]?[jt]sx?$/;

/** Reads all that can be read. Rejects when there is nothing of that name, or when a program cannot be run. */
export async function readInput(options: InputOptions): Promise<Input> {
  const { what, cwd, onSize } = options;
  if (what === '-') {
    const text = await options.readStdin();
    onSize?.(text.length);
    return { ...readText(text, 'standard input', options), skipped: [] };
  }
  const file = path.resolve(cwd, what);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new Error(`there is no ${what}; give a program (.ts), a folder, a YAML file, or - for the standard input`);
  if (!stat.isDirectory()) {
    if (PROGRAM.test(what)) return runAndRead(file, options);
    onSize?.(stat.size);
    return { ...readFile(file, options), skipped: [] };
  }

  const program = path.join(file, 'main.ts');
  if (fs.existsSync(program)) return runAndRead(program, options);
  const { files, skipped } = listManifestFiles(file);
  if (files.length === 0) throw new Error(`the folder ${what} has neither a main.ts nor YAML files`);
  onSize?.(files.reduce((sum, name) => sum + fs.statSync(name).size, 0));
  return merge(files.map((name) => withoutForeign(readFile(name, options), shownPath(name, cwd))), skipped.map((name) => shownPath(name, cwd)));
}

const readFile = (file: string, options: InputOptions) => readText(fs.readFileSync(file, 'utf8'), shownPath(file, options.cwd), options);

function readText(text: string, file: string, { onRead }: InputOptions): ReadResult {
  const result = readManifests(text, file);
  onRead?.(result.manifests);
  return result;
}

/** A folder may hold files that are somebody else's. A file that has objects too is meant as a whole. */
function withoutForeign({ manifests, problems }: ReadResult, file: string): Input {
  const foreign = manifests.length === 0 && problems.length > 0 && problems.every((problem) => problem.foreign);
  return foreign ? { manifests, problems: [], skipped: [file] } : { manifests, problems, skipped: [] };
}

function merge(inputs: readonly Input[], skipped: readonly string[]): Input {
  return { manifests: inputs.flatMap(({ manifests }) => manifests), problems: inputs.flatMap(({ problems }) => problems), skipped: [...skipped, ...inputs.flatMap((input) => input.skipped)] };
}

async function runAndRead(program: string, { cwd, environment, onOutput, onReport }: InputOptions): Promise<Input> {
  const { runProgram } = await import('../synth/run-program.js');
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-'));
  try {
    const reportFile = path.join(outdir, 'report.json');
    const files = await runProgram({ program, outdir, cwd, environment: { ...environment, TWELVE_REPORT: reportFile }, onOutput });
    const report = fs.existsSync(reportFile) ? JSON.parse(fs.readFileSync(reportFile, 'utf8')) as ProgramReport : undefined;
    if (report) onReport?.(report);
    const read = files.map((file) => readManifests(fs.readFileSync(file, 'utf8'), path.basename(file)));
    const manifests = read.flatMap((file) => file.manifests);
    return { manifests: report ? originsOf(manifests, report, cwd) : manifests, problems: read.flatMap(({ problems }) => problems), skipped: [] };
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}
