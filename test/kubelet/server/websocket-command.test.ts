import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { websocketCommandStreams } from '../../../lib/kubelet/server/streams/websocket-command';

const RESIZE = 4;
const message = (channel: number, text: string) => Buffer.concat([Buffer.of(channel), Buffer.from(text)]);

describe('a command over WebSocket', () => {
  it('is told the size that came before it was started, and later ones', () => {
    const socket = new EventEmitter();
    const { onResize } = websocketCommandStreams(socket as unknown as WebSocket, { stdin: false, stdout: true, stderr: false, tty: true }, 'v5.channel.k8s.io');
    socket.emit('message', message(RESIZE, '{"Width":77,"Height":33}'));
    const sizes: object[] = [];
    onResize((size) => sizes.push(size));
    expect(sizes).toEqual([{ width: 77, height: 33 }]);
    socket.emit('message', message(RESIZE, 'not a size'));
    socket.emit('message', message(RESIZE, '{"Width":80,"Height":24}'));
    expect(sizes.slice(1).at(-1)).toEqual({ width: 80, height: 24 });
  });
});
