/** What a joined node's things on the host are named after, unless something else is said. */
export const DEFAULT_JOIN_NAME = 'joined';
