import { type Clock, systemClock } from '../../lib/base/clock';

/** The system's clock, whose timers keep the command running. */
export const commandClock: Clock = {
  now: systemClock.now,
  setTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
