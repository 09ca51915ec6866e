import * as fs from 'node:fs';
import { openImageSupplier } from '../images/open-image-supplier';
import { jsonPrinter, textPrinter } from '../output/apply-printer';
import { parseDuration } from '../output/duration';
import { type Command, textOption } from './command';
import { loadArgument, manifestArgument } from './manifest-options';
import { environmentOption } from './program-options';
import { targetOptions } from './target-options';

/** `twelve apply`: a program, a folder or a file becomes what runs in the cluster. */
export const apply: Command = {
  name: 'apply',
  summary: 'Bring a program or YAML to a cluster, and wait until it is ready',
  arguments: [manifestArgument],
  options: [
    ...targetOptions,
    environmentOption,
    { flag: '--timeout <duration>', summary: 'time to get ready; 0 does not wait', default: '5m' },
    { flag: '--force-conflicts', summary: 'take over fields that somebody else has set' },
    { flag: '--output <format>', summary: 'text, or json: one event a line', choices: ['text', 'json'], default: 'text' },
  ],
  examples: ['twelve apply', 'twelve apply apps/shop.ts --env prod --context production', 'kubectl get deployment web -o yaml | twelve apply -'],

  async run(invocation) {
    const { options, out, target, environment, signal } = invocation;
    const timeout = parseDuration('--timeout', textOption(options, 'timeout') ?? '5m');
    const [{ manifests, what, images }, client, namespace, { apply: run }, { applicationName }, { randomText }, { runSecretCommand }, { systemClock }] = await Promise.all([
      loadArgument(invocation), target.client(), target.namespace(),
      import('../../../lib/apply/apply.js'), import('../../../lib/apply/application.js'), import('../../../lib/apply/secrets/random-text.js'), import('../../../lib/apply/secrets/run-secret-command.js'), import('../../../lib/base/clock.js'),
    ]);
    const { contextName } = await target.access();
    await run({
      ...(images.length > 0 && { images: { reported: images, supplier: await openImageSupplier(invocation) } }),
      client, manifests, namespace, timeout, signal,
      application: applicationName(manifests, what, process.cwd()),
      secrets: { environment, readFile: (path) => fs.readFileSync(path), generate: randomText, runCommand: (words, seconds) => runSecretCommand(words, seconds, environment, signal) },
      clock: systemClock,
      force: options['forceConflicts'] === true,
      onEvent: options['output'] === 'json' ? jsonPrinter(out) : textPrinter(out, { cluster: contextName, now: Date.now }),
    });
  },
};
