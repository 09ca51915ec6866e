import type { Client } from '../../client/client';
import type { Progress } from '../wait-until-ready';
import { explainProblem } from './root-cause';

/** What is not ready, each with its root cause. */
export async function explainProgress(client: Client, progress: readonly Progress[]): Promise<string> {
  const open = progress.filter(({ done, successful }) => !done || !successful);
  const paragraphs = await Promise.all(open.map(async (item) => {
    const lines = item.problem && item.namespace ? await explainProblem(client, item.namespace, item.problem) : [];
    return [`${item.kind} ${item.name} is not ready: ${item.message}`, ...lines.map((line) => `  ${line}`)].join('\n');
  }));
  return paragraphs.join('\n');
}
