import type { DeepReadonly } from '../base/deep-readonly';
import type { Pod } from '../api/types';

/** Pods per node that a question is about. */
export type Counts = ReadonlyMap<string, number>;

interface Question {
  readonly matches: (pod: DeepReadonly<Pod>) => boolean;
  readonly counts: Map<string, number>;
}

/** Questions kept up to date; more than this many different selectors at once are asked anew. */
const KEPT = 200;

/**
 * How many pods match a selector on each node. The first answer looks at all pods, later ones are kept up to date as pods come and go,
 * so that placing 10,000 pods of one Deployment is not 10,000 × 10,000.
 */
export class MatchCounts {
  private readonly questions = new Map<string, Question>();

  constructor(private readonly placed: () => Iterable<{ readonly pod: DeepReadonly<Pod>; readonly node: string }>) {}

  /** `id` stands for the predicate: the same text must mean the same question. */
  ask(id: string, matches: (pod: DeepReadonly<Pod>) => boolean): Counts {
    let question = this.questions.get(id);
    if (!question) {
      question = { matches, counts: new Map() };
      for (const { pod, node } of this.placed()) if (matches(pod)) change(question.counts, node, 1);
    }
    this.questions.delete(id); // newest last
    this.questions.set(id, question);
    if (this.questions.size > KEPT) this.questions.delete(this.questions.keys().next().value as string);
    return question.counts;
  }

  add(pod: DeepReadonly<Pod>, node: string): void {
    for (const { matches, counts } of this.questions.values()) if (matches(pod)) change(counts, node, 1);
  }

  remove(pod: DeepReadonly<Pod>, node: string): void {
    for (const { matches, counts } of this.questions.values()) if (matches(pod)) change(counts, node, -1);
  }
}

function change(counts: Map<string, number>, node: string, by: number): void {
  const count = (counts.get(node) ?? 0) + by;
  if (count > 0) counts.set(node, count);
  else counts.delete(node);
}
