import type { Strategy } from './strategy';

/** ConfigMaps and Secrets have neither specification nor generation. */
export const secretLike: Strategy = { hasGeneration: false };
