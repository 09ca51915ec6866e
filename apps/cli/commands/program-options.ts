import { type CommandArgument, type CommandOption, type Options, textOption } from './command';

export const programArgument: CommandArgument = { name: 'program', summary: 'TypeScript file that calls app.synth() (default: main.ts)' };

export const environmentOption: CommandOption = { flag: '-e, --env <name>', summary: "one of the app's environments (default: $TWELVE_ENVIRONMENT, else its first)" };

/** The environment of a program's process: ours, with the chosen environment of the application. */
export function withEnvironment(environment: Readonly<Record<string, string | undefined>>, options: Options): Readonly<Record<string, string | undefined>> {
  const chosen = textOption(options, 'env');
  return chosen === undefined ? environment : { ...environment, TWELVE_ENVIRONMENT: chosen };
}
