import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ApplicationPlace, WantedApplication } from '../../../lib/apply/find-application';
import type { Client } from '../../../lib/client/client';
import { type CommandOption, type Invocation, textOption } from './command';
import { loadManifestsOf } from './manifest-options';
import { environmentOption } from './program-options';
import { targetOptions } from './target-options';

/** Of the verbs for an application that has been applied. */
export const applicationOptions: readonly CommandOption[] = [
  ...targetOptions,
  { ...environmentOption, summary: `${environmentOption.summary}, where the program says which application it is` },
  { flag: '--app <name>', summary: 'the application, or a program, folder or file that says which (default: main.ts, else the name of the folder, else the only one there is)' },
];

/** The application in the cluster that the command is about: the same rule for all commands. @param given instead of `--app` */
export async function applicationOf(invocation: Invocation, client: Client, given = textOption(invocation.options, 'app')): Promise<ApplicationPlace> {
  const { target } = invocation;
  const [{ findApplication }, namespace, { namespace: programs, ...wanted }] = await Promise.all([import('../../../lib/apply/find-application.js'), target.namespace(), wantedApplication(invocation, given)]);
  return findApplication(client, wanted, { namespace: programs ?? namespace, elsewhere: !target.namesNamespace });
}

/** A word with a dot at an end or a slash in it is a file; an application's name is neither. */
const FILE = /^-$|\/|^\.|\.([cm]?[jt]sx?|ya?ml|json)$/;

/** What is said about which application is meant: on the command line, else by the program here. */
export async function wantedApplication(invocation: Invocation, given: string | undefined): Promise<WantedApplication & { readonly namespace?: string }> {
  if (given !== undefined && !FILE.test(given)) return { name: given };
  const what = given ?? 'main.ts';
  if (given === undefined && !fs.existsSync(what)) return { folder: path.basename(process.cwd()) };
  const [{ applicationName, homeNamespace }, { manifests }] = await Promise.all([
    import('../../../lib/apply/application.js'),
    loadManifestsOf([what], invocation).catch((error: unknown) => {
      throw new Error(`${what} is to say which application is meant, and cannot be read: ${error instanceof Error ? error.message : String(error)}\nname the application with --app`, { cause: error });
    }),
  ]);
  const namespace = homeNamespace(manifests, '');
  return { name: applicationName(manifests, what, process.cwd()), ...(namespace && { namespace }) };
}
