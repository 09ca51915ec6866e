import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ProgramReport } from '../../api/program-report';
import type { Manifest } from './manifest';
import { parseManifests } from './parse-manifests';

export interface LoadOptions {
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
}

const PROGRAM = /\.[cm]?[jt]sx?$/;
const MANIFEST = /\.(ya?ml|json)$/;

/** Reads everything or nothing: any file that is wrong rejects, with file and line. */
export async function loadManifests(options: LoadOptions): Promise<readonly Manifest[]> {
  const { what, cwd } = options;
  if (what === '-') return parseManifests(await options.readStdin(), 'standard input');
  const file = path.resolve(cwd, what);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new Error(`there is no ${what}; give a program (.ts), a folder, a YAML file, or - for the standard input`);
  if (!stat.isDirectory()) return PROGRAM.test(what) ? runAndParse(file, options) : parseFile(file, cwd);

  const program = path.join(file, 'main.ts');
  if (fs.existsSync(program)) return runAndParse(program, options);
  const files = fs.readdirSync(file, { recursive: true, encoding: 'utf8' }).filter((name) => MANIFEST.test(name) && !name.split(path.sep).includes('node_modules')).sort();
  if (files.length === 0) throw new Error(`the folder ${what} has neither a main.ts nor YAML files`);
  return files.flatMap((name) => parseFile(path.join(file, name), cwd));
}

function parseFile(file: string, cwd: string): readonly Manifest[] {
  const shown = path.relative(cwd, file);
  return parseManifests(fs.readFileSync(file, 'utf8'), shown.startsWith('..') ? file : shown);
}

async function runAndParse(program: string, { cwd, environment, onOutput, onReport }: LoadOptions): Promise<readonly Manifest[]> {
  const { runProgram } = await import('../synth/run-program.js');
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-'));
  try {
    const report = path.join(outdir, 'report.json');
    const files = await runProgram({ program, outdir, cwd, environment: { ...environment, TWELVE_REPORT: report }, onOutput });
    if (fs.existsSync(report)) onReport?.(JSON.parse(fs.readFileSync(report, 'utf8')) as ProgramReport);
    return files.flatMap((file) => parseManifests(fs.readFileSync(file, 'utf8'), path.basename(file)));
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}
