/**
 * Replays the recorded cases of a real Kubernetes 1.28 API server against ours, in this process.
 *
 *   node test/corpus/run.mjs [--area A] [--case ID] [--verbose] [--update-ratchet] [path to the folder kubernetes-1.28]
 *
 * Prints matched-of-total by area. Exit status 1 when an area matches fewer cases than ratchet.json asks for.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { formatAreas } from './areas';
import { belowRatchet, defaultCorpus, readRatchet, replay, writeRatchet } from './replay';

interface Options {
  area?: string;
  case?: string;
  verbose: boolean;
  update: boolean;
  corpus: string;
}

function parse(args: readonly string[]): Options {
  const options: Options = { verbose: false, update: false, corpus: defaultCorpus() };
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at];
    if (argument === '--area') options.area = args[(at += 1)];
    else if (argument === '--case') options.case = args[(at += 1)];
    else if (argument === '--verbose') options.verbose = true;
    else if (argument === '--update-ratchet') options.update = true;
    else options.corpus = path.resolve(argument);
  }
  return options;
}

async function main(): Promise<void> {
  const options = parse(process.argv.slice(2));
  if (!fs.existsSync(options.corpus)) throw new Error(`${options.corpus} does not exist; give the folder kubernetes-1.28 with replay.mjs and corpus/`);
  const areas = await replay(options.corpus, { area: options.area, case: options.case, report: options.verbose ? (text) => process.stdout.write(`${text}\n`) : undefined });
  process.stdout.write(`${formatAreas(areas)}\n`);
  if (options.case || options.area) return;
  if (options.update) writeRatchet(areas);
  const fallen = belowRatchet(areas, readRatchet());
  for (const text of fallen) process.stderr.write(`${text}\n`);
  process.exitCode = fallen.length > 0 ? 1 : 0;
}

void main();
