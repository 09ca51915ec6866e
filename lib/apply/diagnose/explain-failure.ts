import type { Client } from '../../client/client';
import type { Progress } from '../wait-until-ready';
import { explainProblem, warningsAbout } from './root-cause';

/** What is not ready, each with its root cause. */
export async function explainProgress(client: Client, progress: readonly Progress[]): Promise<string> {
  const open = progress.filter(({ done, successful }) => !done || !successful);
  const paragraphs = await Promise.all(open.map(async (item) => {
    const { namespace, problem, kind, name, message } = item;
    const lines = problem && namespace ? await explainProblem(client, namespace, problem) : (await warningsAbout(client, { namespace, kind, name })).filter((warning) => !repeats(warning, message)).map((warning) => `event  ${warning}`);
    return [`${kind} ${name} is not ready: ${message}`, ...lines.map((line) => `  ${line}`)].join('\n');
  }));
  return paragraphs.join('\n');
}

/** Whether an event says what has been said: the names of pods in it are random. */
const repeats = (warning: string, message: string) => message.includes(warning.slice(warning.indexOf(': ') + 2).replace(/ \(\d+ times\)$/, ''));
