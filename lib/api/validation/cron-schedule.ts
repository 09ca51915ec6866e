interface CronField {
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly CronField[] = [
  { minimum: 0, maximum: 59 },
  { minimum: 0, maximum: 23 },
  { minimum: 1, maximum: 31 },
  { minimum: 1, maximum: 12, names: MONTHS },
  { minimum: 0, maximum: 6, names: DAYS },
];
const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const DURATION = /^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/;

/** What is wrong with a schedule, in the words of the parser that Kubernetes uses (robfig/cron); undefined if nothing is. */
export function cronScheduleProblem(schedule: string): string | undefined {
  const text = schedule.replace(/^(CRON_)?TZ=\S*\s*/, '');
  if (text === '') return 'empty spec string';
  if (text.startsWith('@')) return descriptorProblem(text);
  const fields = text.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  return fields.map((field, index) => fieldProblem(field, FIELDS[index])).find((problem) => problem !== undefined);
}

function descriptorProblem(text: string): string | undefined {
  if (DESCRIPTORS.includes(text)) return undefined;
  if (!text.startsWith('@every ')) return `unrecognized descriptor: ${text}`;
  const duration = text.slice('@every '.length);
  return DURATION.test(duration) ? undefined : `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`;
}

function fieldProblem(text: string, field: CronField): string | undefined {
  return text.split(',').filter((part) => part !== '').map((part) => rangeProblem(part, field)).find((problem) => problem !== undefined);
}

function rangeProblem(text: string, { minimum, maximum, names }: CronField): string | undefined {
  const [range = '', step, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreParts] = range.split('-');
  const number = (part: string) => {
    const named = names?.indexOf(part.toLowerCase()) ?? -1;
    return named >= 0 ? named + minimum : /^\d+$/.test(part) ? Number(part) : undefined;
  };
  const notNumber = (part: string) => `failed to parse int from ${part}: strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`;
  let start: number | undefined = minimum;
  let end: number | undefined = maximum;
  if (low !== '*' && low !== '?') {
    if (moreParts.length > 0) return `too many hyphens: ${text}`;
    start = number(low);
    if (start === undefined) return notNumber(low);
    end = high === undefined ? (step === undefined ? start : maximum) : number(high);
    if (end === undefined) return notNumber(high ?? '');
  }
  if (moreSteps.length > 0) return `too many slashes: ${text}`;
  if (step !== undefined && !/^\d+$/.test(step)) return notNumber(step);
  if (start < minimum) return `beginning of range (${start}) below minimum (${minimum}): ${text}`;
  if (end > maximum) return `end of range (${end}) above maximum (${maximum}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return step !== undefined && Number(step) === 0 ? `step of range should be a positive number: ${text}` : undefined;
}
