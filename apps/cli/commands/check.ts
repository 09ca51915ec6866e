import * as fs from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { packageVersion } from '../package-version';
import { ExitError } from '../output/output';
import { type Command, type Invocation, textOption } from './command';
import { environmentOption, withEnvironment } from './program-options';
import type { CheckedInputs } from '../check/check-inputs';
import type { CheckOptions } from '../../../lib/check/check-manifests';

/** `twelve check`: what is wrong with a program's objects or with YAML, without a cluster. Exit codes: 0 nothing, 1 something, 2 it could not be told. */
export const check: Command = {
  name: 'check',
  summary: 'Find what is wrong with a program or YAML, without a cluster',
  arguments: [{ name: 'what', summary: 'programs (.ts), folders, YAML or JSON files, or - for stdin (default: main.ts)', variadic: true }],
  options: [
    { ...environmentOption, summary: `${environmentOption.summary}; all: every one of them` },
    { flag: '--kubernetes <versions>', summary: "what the manifests are to run on: 1.30, or 1.28..1.33 (default: the bundled runtime's)" },
    { flag: '--fix', summary: 'write what can be mended safely into the YAML files, and tell what was changed' },
    { flag: '--only <rules>', summary: 'look for these rules alone, separated by commas' },
    { flag: '--strict', summary: 'warnings fail too' },
    { flag: '--output <format>', summary: 'text, json, sarif (code scanning) or junit (CI)', choices: ['text', 'json', 'sarif', 'junit'], default: 'text' },
  ],
  examples: ['twelve check', 'twelve check deploy/ --strict', 'helm template . | twelve check -', 'twelve check --output sarif > twelve.sarif'],

  async run(invocation) {
    const { args, options, out } = invocation;
    const { checkInputs } = await import('../check/check-inputs.js');
    const inputs = {
      whats: args.length > 0 ? args : ['main.ts'],
      read: {
        cwd: process.cwd(), readStdin: onceRead(), onOutput: (printed: string) => out.note(printed.trimEnd()),
        environment: options['env'] === 'all' ? invocation.environment : withEnvironment(invocation.environment, options),
      },
      options: { ...await chosenRules(textOption(options, 'only')), ...await chosenTarget(textOption(options, 'kubernetes')) },
      allEnvironments: options['env'] === 'all',
    };
    const couldNot = (error: unknown): never => {
      throw new ExitError(error instanceof Error ? error.message : String(error), 2, { cause: error });
    };
    let checked = await checkInputs(inputs).catch(couldNot);
    if (options['fix'] === true) {
      const { fixFiles } = await import('../check/fix-files.js');
      await fixFiles(checked.result.findings, process.cwd(), (line) => out.note(line));
      checked = await checkInputs(inputs).catch(couldNot);
    }
    await print(checked, invocation);
    return checked.result.findings.some(({ severity }) => severity === 'error' || options['strict'] === true) ? 1 : 0;
  },
};

function onceRead(): () => Promise<string> {
  let read: Promise<string> | undefined;
  return () => (read ??= readAll(process.stdin));
}

async function chosenRules(only: string | undefined): Promise<Pick<CheckOptions, 'rules'>> {
  if (only === undefined) return {};
  const [{ rules }, { tryNearest }] = await Promise.all([import('../../../lib/check/index.js'), import('../../../lib/base/nearest.js')]);
  return {
    rules: only.split(',').map((id) => {
      const found = rules.find((rule) => rule.id === id.trim());
      if (found) return found;
      const meant = tryNearest(id.trim(), rules.map((rule) => rule.id));
      throw new ExitError(`--only: there is no rule ${id.trim()}${meant ? `; ${meant} is meant, perhaps` : ''}`, 2);
    }),
  };
}

async function chosenTarget(versions: string | undefined): Promise<Pick<CheckOptions, 'target'>> {
  if (versions === undefined) return {};
  const { parseKubernetesRange } = await import('../../../lib/check/parse-kubernetes-range.js');
  try {
    return { target: { kubernetes: parseKubernetesRange(versions) } };
  } catch (error) {
    throw new ExitError(`--kubernetes: ${error instanceof Error ? error.message : String(error)}`, 2, { cause: error });
  }
}

async function print({ result, manifests, skipped }: CheckedInputs, { options, out }: Invocation): Promise<void> {
  switch (options['output']) {
    case 'json': return out.line((await import('../../../lib/check/output/json.js')).formatJson(result));
    case 'sarif': return out.line((await import('../../../lib/check/output/sarif.js')).formatSarif(result, { version: packageVersion() }));
    case 'junit': return out.line((await import('../../../lib/check/output/junit.js')).formatJunit(result, manifests, { strict: options['strict'] === true }));
    default: {
      const { formatText } = await import('../../../lib/check/output/text.js');
      out.line(formatText(result, { colours: out.interactive, readLines: tryReadLines }));
      if (skipped.length > 0) out.note(`not looked into: ${skipped.join(', ')}`);
    }
  }
}

function tryReadLines(file: string): readonly string[] | undefined {
  try {
    return fs.readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return undefined;
  }
}
