/** Owner of what we write, in managedFields. */
export const FIELD_MANAGER = 'twelve';
/** Owner of a number of copies that `twelve scale` has set: a stopgap, which the next apply takes back. */
export const SCALE_MANAGER = 'twelve-scale';
/** Owner of the annotation that `twelve restart` sets. The program does not have it, so an apply leaves it as it is. */
export const RESTART_MANAGER = 'twelve-restart';
