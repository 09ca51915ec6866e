import * as fs from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { packageVersion } from '../package-version';
import { ExitError } from '../output/output';
import { type Command, type Invocation, textOption } from './command';
import { environmentOption, withEnvironment } from './program-options';
import type { Input } from '../../../lib/apply/load/read-input';
import type { Rule } from '../../../lib/check/rule';
import type { CheckResult } from '../../../lib/check/check-manifests';

/** `twelve check`: what is wrong with a program's objects or with YAML, without a cluster. Exit codes: 0 nothing, 1 something, 2 it could not be told. */
export const check: Command = {
  name: 'check',
  summary: 'Find what is wrong with a program or YAML, without a cluster',
  arguments: [{ name: 'what', summary: 'programs (.ts), folders, YAML or JSON files, or - for stdin (default: main.ts)', variadic: true }],
  options: [
    environmentOption,
    { flag: '--only <rules>', summary: 'look for these rules alone, separated by commas' },
    { flag: '--strict', summary: 'warnings fail too' },
    { flag: '--output <format>', summary: 'text, json, sarif (code scanning) or junit (CI)', choices: ['text', 'json', 'sarif', 'junit'], default: 'text' },
  ],
  examples: ['twelve check', 'twelve check deploy/ --strict', 'helm template . | twelve check -', 'twelve check --output sarif > twelve.sarif'],

  async run(invocation) {
    const { args, options, out } = invocation;
    const [{ readInput }, { checkManifests }, { locateFindings }, { ProblemsThread }, { checkMany, isWorthThread }] = await Promise.all([
      import('../../../lib/apply/load/read-input.js'), import('../../../lib/check/check-manifests.js'), import('../../../lib/check/locate.js'),
      import('../../../lib/check/parallel/problems-thread.js'), import('../../../lib/check/parallel/check-many.js'),
    ]);
    let thread: InstanceType<typeof ProblemsThread> | undefined;
    const rules = await chosenRules(textOption(options, 'only'));
    const stdin = onceRead();
    const inputs = await Promise.all((args.length > 0 ? args : ['main.ts']).map((what) => readInput({
      what, cwd: process.cwd(), environment: withEnvironment(invocation.environment, options), readStdin: stdin, onOutput: (printed) => out.note(printed.trimEnd()),
      onSize: (bytes) => {
        if (isWorthThread(bytes)) thread ??= new ProblemsThread();
      },
    }))).catch((error: unknown) => {
      throw new ExitError(error instanceof Error ? error.message : String(error), 2, { cause: error });
    });
    const input = merge(inputs);
    if (input.manifests.length + input.problems.length === 0) throw new ExitError(`there is no object in ${args.join(' ') || 'main.ts'}`, 2);

    const chosen = { ...(rules && { rules }), unreadable: input.problems };
    const result = thread ? await checkMany(input.manifests, thread, chosen) : checkManifests(input.manifests, chosen);
    const located = { ...result, findings: await locateFindings(result.findings) };
    await print(located, input, invocation);
    return located.findings.some(({ severity }) => severity === 'error' || options['strict'] === true) ? 1 : 0;
  },
};

const merge = (inputs: readonly Input[]): Input => ({
  manifests: inputs.flatMap(({ manifests }) => manifests), problems: inputs.flatMap(({ problems }) => problems), skipped: inputs.flatMap(({ skipped }) => skipped),
});

function onceRead(): () => Promise<string> {
  let read: Promise<string> | undefined;
  return () => (read ??= readAll(process.stdin));
}

async function chosenRules(only: string | undefined): Promise<readonly Rule[] | undefined> {
  if (only === undefined) return undefined;
  const [{ rules }, { tryNearest }] = await Promise.all([import('../../../lib/check/index.js'), import('../../../lib/base/nearest.js')]);
  return only.split(',').map((id) => {
    const found = rules.find((rule) => rule.id === id.trim());
    if (found) return found;
    const meant = tryNearest(id.trim(), rules.map((rule) => rule.id));
    throw new ExitError(`--only: there is no rule ${id.trim()}${meant ? `; ${meant} is meant, perhaps` : ''}`, 2);
  });
}

async function print(result: CheckResult, input: Input, { options, out }: Invocation): Promise<void> {
  switch (options['output']) {
    case 'json': return out.line((await import('../../../lib/check/output/json.js')).formatJson(result));
    case 'sarif': return out.line((await import('../../../lib/check/output/sarif.js')).formatSarif(result, { version: packageVersion() }));
    case 'junit': return out.line((await import('../../../lib/check/output/junit.js')).formatJunit(result, input.manifests, { strict: options['strict'] === true }));
    default: {
      const { formatText } = await import('../../../lib/check/output/text.js');
      out.line(formatText(result, { colours: out.interactive, readLines: tryReadLines }));
      if (input.skipped.length > 0) out.note(`not looked into: ${input.skipped.join(', ')}`);
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
