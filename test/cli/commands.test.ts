import { expect, it } from 'vitest';
import { commands } from '../../apps/cli/commands/index';

it('every command is found by its own name', async () => {
  expect(await Promise.all(Object.values(commands).map(async (load) => (await load()).name))).toEqual(Object.keys(commands));
});
