import type { FindingRecord } from '../check/output/finding-record';
import type { ImageProgress } from './images/image-supplier';
import type { Action } from './plan';
import type { Progress } from './wait-until-ready';

/** What an apply is doing, stage by stage. The command line prints these as text, or as JSON lines. */
export type ApplyEvent =
  | { readonly stage: 'check'; readonly objects: number; readonly findings: readonly FindingRecord[] }
  | ({ readonly stage: 'build' } & ImageProgress)
  | { readonly stage: 'plan'; readonly application: string; readonly objects: readonly PlannedChange[] }
  | { readonly stage: 'apply'; readonly action: Action; readonly kind: string; readonly namespace?: string; readonly name: string }
  | { readonly stage: 'task'; readonly task: string; readonly state: 'running' | 'done' }
  | { readonly stage: 'wait'; readonly progress: readonly Progress[] }
  | { readonly stage: 'prune'; readonly kind: string; readonly namespace?: string; readonly name: string }
  /** What the user may not do, and what that means; the rest goes on. */
  | { readonly stage: 'limit'; readonly message: string }
  | { readonly stage: 'rollback'; readonly to: number; readonly reason: string }
  | { readonly stage: 'done'; readonly changed: number; readonly release?: number; readonly addresses: readonly Address[]; readonly kept: readonly KeptObject[] };

export interface PlannedChange {
  readonly action: Action | 'prune';
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Paths that differ. */
  readonly fields: readonly string[];
}

/** Left the program and stays in the cluster. */
export interface KeptObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly reason: 'data' | 'annotation' | 'asked' | 'forbidden';
}

/** How to reach a Service from outside. */
export interface Address {
  readonly process: string;
  readonly url: string;
}
