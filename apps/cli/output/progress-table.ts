import type { Progress } from '../../../lib/apply/wait-until-ready';
import { formatDuration } from './duration';

/** Shown only while they are not ready. */
const QUIET = ['Service', 'PersistentVolume', 'PersistentVolumeClaim', 'Namespace', 'CustomResourceDefinition', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'APIService', 'CertificateSigningRequest'];

const isShown = ({ kind, done }: Progress) => !QUIET.includes(kind) || !done;
const nameOf = ({ process, kind }: Progress) => `${process}${QUIET.includes(kind) ? ` (${kind})` : ''}`;
const problemOf = ({ problem, done }: Progress) => (problem && !done ? `${problem.reason}: ${problem.message.split('\n')[0]}` : '');

/** Everything that is awaited in one line. Pure. */
export const summaryLine = (progress: readonly Progress[]): string => progress.filter(isShown).map((item) => `${nameOf(item)} ${item.message}`).join('   ');

/** The summary, and a line for each problem: what is written where nothing can be redrawn. Pure. */
export function waitLines(progress: readonly Progress[]): readonly string[] {
  const problems = progress.flatMap((item) => (problemOf(item) ? [`           ${item.process}: ${problemOf(item)}`] : []));
  return [`wait     ${summaryLine(progress)}`, ...problems];
}

/** A table that is drawn again and again in the same place: how far each is, and what is wrong. What is ready makes room where there are many. @param rows lines at most. Pure. */
export function progressTable(progress: readonly Progress[], { rows, elapsed }: { readonly rows: number; readonly elapsed: number }): readonly string[] {
  const shown = progress.filter(isShown);
  const ready = shown.filter(({ done, successful }) => done && successful);
  const room = Math.max(rows - 2, 1);
  const open = shown.filter((item) => !ready.includes(item));
  const chosen = new Set([...open, ...ready].slice(0, shown.length > room ? room - 1 : room));
  const listed = shown.filter((item) => chosen.has(item));
  const width = Math.max(0, ...listed.map((item) => nameOf(item).length));
  const column = Math.max(0, ...listed.map(({ message }) => message.length));
  const lines = listed.map((item) => `           ${signOf(item)} ${nameOf(item).padEnd(width)}   ${item.message.padEnd(column)}   ${problemOf(item)}`.trimEnd());
  const more = shown.length - listed.length;
  return [`wait     ${ready.length} of ${shown.length} ready   ${formatDuration(elapsed)}`, ...lines, ...(more > 0 ? [`             and ${more} more`] : [])];
}

const signOf = ({ done, successful, problem }: Progress) => (done ? (successful ? '✓' : '✗') : problem ? '!' : '·');
