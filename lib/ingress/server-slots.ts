import type { EdgeServer } from './edge-model';

/** Places for servers of one backend, as the running proxy has them; undefined is free. */
export type Slots = readonly (EdgeServer | undefined)[];

/** More than are needed, so that pods come and go without a reload. */
const STEP = 4;

const isSame = (a: EdgeServer | undefined, b: EdgeServer | undefined) => a?.address === b?.address && a?.port === b?.port;

/** Servers that stay keep their slot; with too few slots (or none known) there are new ones. Pure. */
export function assignSlots(current: Slots, wanted: readonly EdgeServer[]): Slots {
  if (current.length < wanted.length || current.length === 0) return fresh(wanted);
  const kept = current.map((slot) => wanted.find((server) => isSame(server, slot)));
  const added = wanted.filter((server) => !kept.some((slot) => isSame(slot, server)));
  return kept.map((slot) => slot ?? added.shift());
}

function fresh(wanted: readonly EdgeServer[]): Slots {
  const count = Math.ceil((wanted.length + 1) / STEP) * STEP;
  return Array.from({ length: count }, (_, index) => wanted[index]);
}

/** Commands of the proxy's socket that lead from one assignment to the other. What goes comes first: nobody is to be sent there any more. */
export function slotCommands(backend: string, current: Slots, wanted: Slots): readonly string[] {
  const server = (index: number) => `set server ${backend}/${slotName(index)}`;
  const changed = wanted.map((slot, index) => ({ slot, index })).filter(({ slot, index }) => !isSame(slot, current[index]));
  const off = changed.filter(({ index }) => current[index]).map(({ index }) => `${server(index)} state maint`);
  const on = changed.flatMap(({ slot, index }) => (slot ? [`${server(index)} addr ${slot.address} port ${slot.port}`, `${server(index)} state ready`] : []));
  return [...off, ...on];
}

export const slotName = (index: number) => `s${index + 1}`;
