import type { CommandOption } from './command';

/** Of the verbs that tell what they do. */
export const eventsOption: CommandOption = { flag: '--output <format>', summary: 'text, or json: one event a line (docs/events.md)', choices: ['text', 'json'], default: 'text' };

/** Of those that take something away. */
export const yesOption: CommandOption = { flag: '-y, --yes', summary: 'do not ask, also on a terminal' };
