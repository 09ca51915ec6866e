/** Owner of what we write, in managedFields. */
export const FIELD_MANAGER = 'twelve';
