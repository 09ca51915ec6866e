import fs from 'node:fs';

/** User and system time of a process in hundredths of a second. */
export function processorTicks(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
