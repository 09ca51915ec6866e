import type { Address, ApplyEvent, KeptObject } from '../../../lib/apply/apply-event';
import type { ObjectDrift } from '../../../lib/apply/drift/object-drift';

/** What a command that changes a cluster is doing. Printed as text, or with `--output json` as one object a line, each with its `time` (docs/events.md). */
export type CommandEvent =
  | Exclude<ApplyEvent, { readonly stage: 'plan' | 'done' }>
  /** @param cluster name of the context */
  | (Extract<ApplyEvent, { readonly stage: 'plan' }> & { readonly cluster: string })
  | { readonly stage: 'drift'; readonly application: string; readonly namespace: string; readonly release: number; readonly objects: readonly ObjectDrift[]; readonly unseen: readonly string[]; readonly unfinished?: number }
  | { readonly stage: 'scale'; readonly process: string; readonly before: number; readonly replicas: number }
  | { readonly stage: 'restart'; readonly process: string }
  | { readonly stage: 'delete'; readonly kind: string; readonly namespace?: string; readonly name: string }
  | CommandResult;

/** What a command has done. */
export interface CommandResult {
  readonly stage: 'done';
  /** Objects written or removed by an apply or a rollback. */
  readonly changed?: number;
  readonly release?: number;
  readonly addresses?: readonly Address[];
  readonly kept?: readonly KeptObject[];
  /** Objects removed by a delete. */
  readonly deleted?: number;
  /** Whether the processes that were scaled or restarted were waited for. */
  readonly ready?: boolean;
}

/** The last event of a stream that ended as it should. */
export interface DoneEvent extends CommandResult {
  readonly exitCode: 0 | 2;
  /** `differs`: exit code 2, of `twelve drift`. */
  readonly meaning: 'done' | 'differs';
}

/** The last event of any other stream. */
export interface FailedEvent {
  readonly stage: 'failed';
  readonly exitCode: number;
  /** `rolled back`: exit code 3, what ran before runs again. `interrupted`: exit code 130. */
  readonly meaning: 'failed' | 'rolled back' | 'interrupted';
  /** As it is printed for people. */
  readonly message: string;
}

/** An object of the stream. */
export type StreamEvent = { readonly time: string } & (Exclude<CommandEvent, CommandResult> | DoneEvent | FailedEvent);
