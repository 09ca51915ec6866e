import * as fs from 'node:fs';
import * as os from 'node:os';
import { GIT_DIRTY_ANNOTATION, GIT_REVISION_ANNOTATION } from '../../../lib/api/label-keys';
import type { ApplyOptions } from '../../../lib/apply/apply';
import type { PlannedChange } from '../../../lib/apply/apply-event';
import type { Manifest } from '../../../lib/apply/load/manifest';
import { openImageSupplier } from '../images/open-image-supplier';
import { confirm } from '../confirm';
import { parseDuration } from '../output/duration';
import { type CommandOption, type Invocation, type Options, textOption } from './command';
import { eventsOption, yesOption } from './event-options';
import { loadArguments } from './manifest-options';

/** Of the verbs that bring something to a cluster. */
export const applyOptions: readonly CommandOption[] = [
  { flag: '--timeout <duration>', summary: 'time to get ready; 0 does not wait', default: '5m' },
  { flag: '--force-conflicts', summary: 'take over fields that somebody else has set' },
  { flag: '--leave-conflicts', summary: 'leave fields that somebody else has set to their owners' },
  { flag: '--adopt', summary: 'take over objects of another application, or that kubectl or Helm have made' },
  { flag: '--keep <kind/name,...>', summary: 'do not remove these this time, although they have left the program' },
  { flag: '--allow-prune-all', summary: 'remove all that was there before, if nothing of it is applied now' },
  { flag: '--dry-run', summary: 'end after the plan' },
  yesOption, eventsOption,
];

/** Milliseconds for a server that has a hiccup, however short the time to get ready is. */
const LEAST_PATIENCE = 10_000;

/** What they have in common, read from the options. */
export async function applySettings(invocation: Invocation): Promise<Omit<ApplyOptions, 'manifests' | 'application' | 'namespace' | 'images' | 'releases'>> {
  const { options, emit, target, environment, signal } = invocation;
  const timeout = parseDuration('--timeout', textOption(options, 'timeout') ?? '5m');
  const [client, { contextName }, { randomText }, { runSecretCommand }, { systemClock }] = await Promise.all([
    target.client(timeout > 0 ? { patience: Math.max(timeout, LEAST_PATIENCE) } : {}), target.access(), import('../../../lib/apply/secrets/random-text.js'), import('../../../lib/apply/secrets/run-secret-command.js'), import('../../../lib/base/clock.js'),
  ]);
  return {
    client, timeout, signal, clock: systemClock,
    secrets: { environment, readFile: (file) => fs.readFileSync(file), generate: randomText, runCommand: (words, seconds) => runSecretCommand(words, seconds, environment, signal) },
    ...conflictRules(options), adopt: options['adopt'] === true, allowPruneAll: options['allowPruneAll'] === true, keep: kept(options), dryRun: options['dryRun'] === true,
    onEvent: (event) => emit(event.stage === 'plan' ? { ...event, cluster: contextName } : event),
    approve: (changes) => approve(invocation, changes),
  };
}

function kept(options: Options): readonly string[] {
  const names = (textOption(options, 'keep') ?? '').split(',').map((name) => name.trim()).filter(Boolean);
  const wrong = names.find((name) => !/^[A-Za-z]+\/\S+$/.test(name));
  if (wrong !== undefined) throw new Error(`--keep "${wrong}" does not name an object; write its kind and its name: Deployment/old`);
  return names;
}

/** What is removed is gone: that is asked. */
async function approve(invocation: Invocation, changes: readonly PlannedChange[]): Promise<void> {
  const removed = changes.filter(({ action }) => action === 'prune').length;
  if (removed > 0) await confirm(invocation, `${removed === 1 ? 'an object that has left the program is' : `${removed} objects that have left the program are`} going to be removed, once the new is ready. Go on?`);
}

function conflictRules(options: Options): { readonly force: boolean; readonly leaveConflicts: boolean } {
  const [force, leaveConflicts] = [options['forceConflicts'] === true, options['leaveConflicts'] === true];
  if (force && leaveConflicts) throw new Error('--force-conflicts takes fields over, --leave-conflicts leaves them to their owners; give one of them');
  return { force, leaveConflicts };
}

/** Everything that an apply of the argument needs. @param lookOnly images are not built */
export async function wantedApply(invocation: Invocation, { lookOnly }: { readonly lookOnly: boolean }): Promise<ApplyOptions> {
  const [{ manifests, what, images }, settings, namespace, { applicationName, isNamed }] = await Promise.all([
    loadArguments(invocation), applySettings(invocation), invocation.target.namespace(), import('../../../lib/apply/application.js'),
  ]);
  // What comes from a pipe without saying which application it is may be a different one each time.
  const isApplication = what !== '-' || isNamed(manifests);
  return {
    ...settings, manifests, namespace, application: applicationName(manifests, what, process.cwd()),
    ...(images.length > 0 && { images: { reported: images, supplier: await openImageSupplier(invocation, { lookOnly }) } }),
    ...(isApplication && { releases: { by: author(), revision: await revisionOf(manifests) } }),
  };
}

/** Who is at the keyboard, as releases remember it. */
export const author = () => `${userName()}@${os.hostname()}`;

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown'); // a container's user often has no name
  }
}

/** The state of the code base that the manifests tell, else the one of the folder. */
export async function revisionOf(manifests: readonly Manifest[]): Promise<string | undefined> {
  for (const { object: { metadata: { annotations } } } of manifests) {
    const commit = annotations?.[GIT_REVISION_ANNOTATION];
    if (commit) return annotations[GIT_DIRTY_ANNOTATION] === 'true' ? `${commit}-dirty` : commit;
  }
  const { tryFindRepository, tryReadHead } = await import('../../../lib/base/git-revision.js');
  const repository = tryFindRepository(process.cwd());
  return repository && tryReadHead(repository);
}
