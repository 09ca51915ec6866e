import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ProgramReport } from '../../api/program-report';
import { runProgram, type SynthOptions } from './run-program';

/** The environments of a program, in its order. Throws when it has none to choose from. */
export async function environmentsOf(options: Omit<SynthOptions, 'outdir'>): Promise<readonly string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-'));
  try {
    const file = path.join(folder, 'report.json');
    await runProgram({ ...options, outdir: folder, environment: { ...options.environment, TWELVE_REPORT: file } });
    const { applications = [] } = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<ProgramReport> : {};
    const names = [...new Set(applications.flatMap(({ environments }) => environments))];
    if (names.length === 0) throw new Error(`${options.program} has no environments; name them in its TwelveFactorApp: environments: { dev: {}, prod: {} }`);
    return names;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program once for each of its environments: YAML of `prod` goes to the folder's `prod/`. A program decides by its environment, so one run cannot make all. @returns the files, in order */
export async function runEveryEnvironment(options: SynthOptions): Promise<readonly string[]> {
  const files: (readonly string[])[] = [];
  for (const name of await environmentsOf(options)) {
    files.push(await runProgram({ ...options, outdir: path.join(options.outdir, name), environment: { ...options.environment, TWELVE_ENVIRONMENT: name } }));
  }
  return files.flat();
}
