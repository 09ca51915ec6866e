import { type Clock, systemClock } from '../../../lib/base/clock';
import type { CommandEvent, CommandResult, DoneEvent, FailedEvent } from './command-event';
import type { Output } from './output';
import { textPrinter } from './text-printer';

/** Where a command tells what it does. */
export interface Events {
  emit(event: CommandEvent): void;
  /** Called once, when the command has come to its end. */
  end(exitCode: number): void;
  /** Called once, when it has not. */
  fail(message: string, exitCode: number): void;
}

/** Lines for people. */
export function textEvents(out: Output, clock: Clock = systemClock): Events {
  const printer = textPrinter(out, clock);
  return { emit: (event) => printer.print(event), end: () => printer.stop(), fail: () => printer.stop() };
}

/** One JSON object a line, for programs; the last one is `done` or `failed`, and there is exactly one of them. */
export function jsonEvents(out: Output, now: () => number): Events {
  let last = '';
  let result: CommandResult = { stage: 'done' };
  const write = (event: Exclude<CommandEvent, CommandResult> | DoneEvent | FailedEvent) => {
    const text = JSON.stringify(event);
    if (text === last) return; // a watch event that changes nothing for a person is nothing for a program either
    last = text;
    out.line(JSON.stringify({ time: new Date(now()).toISOString(), ...event }));
  };
  return {
    emit(event) {
      if (event.stage === 'done') result = event; // what comes after it may fail
      else write(event);
    },
    end: (exitCode) => write(exitCode === 2 ? { ...result, exitCode, meaning: 'differs' } : { ...result, exitCode: 0, meaning: 'done' }),
    fail: (message, exitCode) => write({ stage: 'failed', exitCode, meaning: MEANINGS[exitCode] ?? 'failed', message }),
  };
}

const MEANINGS: Readonly<Record<number, FailedEvent['meaning']>> = { 3: 'rolled back', 130: 'interrupted' };
