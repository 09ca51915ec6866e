import { describe, expect, it } from 'vitest';
import { parseServersState } from '../../lib/ingress/haproxy-socket';
import { assignSlots, slotCommands, type Slots } from '../../lib/ingress/server-slots';

const at = (...names: readonly (number | undefined)[]): Slots => names.map((name) => (name === undefined ? undefined : { address: `10.0.0.${name}`, port: 80 }));
const servers = (...names: readonly number[]) => names.map((name) => ({ address: `10.0.0.${name}`, port: 80 }));

describe('slots', () => {
  it('are more than there are servers, so that one can come', () => {
    expect(assignSlots([], servers(1))).toEqual(at(1, undefined, undefined, undefined));
    expect(assignSlots([], [])).toHaveLength(4);
    expect(assignSlots([], servers(1, 2, 3, 4))).toHaveLength(8);
  });

  it('keep who stays where it is', () => {
    expect(assignSlots(at(1, 2, undefined, undefined), servers(2, 3))).toEqual(at(3, 2, undefined, undefined));
    expect(assignSlots(at(1, 2, 3, 4), servers(4))).toEqual(at(undefined, undefined, undefined, 4));
  });

  it('become more where they are too few', () => {
    expect(assignSlots(at(1, 2, 3, undefined), servers(1, 2, 3, 4, 5))).toHaveLength(8);
  });

  it('are changed by commands: who goes first, then who comes', () => {
    expect(slotCommands('web', at(1, 2, undefined), at(3, undefined, 4))).toEqual([
      'set server web/s1 state maint', 'set server web/s2 state maint',
      'set server web/s1 addr 10.0.0.3 port 80', 'set server web/s1 state ready', 'set server web/s3 addr 10.0.0.4 port 80', 'set server web/s3 state ready',
    ]);
    expect(slotCommands('web', at(1, undefined), at(1, undefined))).toEqual([]);
  });
});

it('reads slots from what HAProxy says: forced maintenance is free, a disabled server that was made ready is not', () => {
  const text = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_port
4 web 1 s1 10.0.0.1 2 0 1 80
4 web 2 s2 10.0.0.2 0 1 1 80
4 web 3 s3 10.0.0.3 2 4 1 8080
4 web 4 s4 127.0.0.1 0 5 1 9
5 api 1 s1 10.0.0.5 2 0 1 80

`;
  expect(Object.fromEntries(parseServersState(text))).toEqual({
    web: [{ address: '10.0.0.1', port: 80 }, undefined, { address: '10.0.0.3', port: 8080 }, undefined], api: [{ address: '10.0.0.5', port: 80 }],
  });
});
