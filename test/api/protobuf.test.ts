import { expect, it } from 'vitest';
import { decodeProtobuf } from '../../lib/api/protobuf/decode-protobuf';

const field = (number: number, bytes: Uint8Array | string) => Buffer.concat([Buffer.from([(number << 3) | 2, Buffer.byteLength(bytes as string)]), Buffer.from(bytes as string)]);
const envelope = (apiVersion: string, kind: string, raw: Uint8Array) => Buffer.concat([Buffer.from('k8s\0'), field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])), field(2, raw)]);

it('reads names, maps, lists, numbers and bytes of a built-in kind', () => {
  const metadata = field(1, Buffer.concat([field(1, 'cfg'), field(11, Buffer.concat([field(1, 'app'), field(2, 'web')])), field(14, 'example.com/a'), field(14, 'example.com/b')]));
  const raw = Buffer.concat([metadata, field(2, Buffer.concat([field(1, 'greeting'), field(2, 'こんにちは')])), field(3, Buffer.concat([field(1, 'bin'), field(2, Buffer.from([0, 255]))])), Buffer.from([4 << 3, 1])]);
  expect(decodeProtobuf(envelope('v1', 'ConfigMap', raw))).toEqual({
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg', labels: { app: 'web' }, finalizers: ['example.com/a', 'example.com/b'] },
    data: { greeting: 'こんにちは' }, binaryData: { bin: 'AP8=' }, immutable: true,
  });
});

it('refuses, by name, what it does not know and what is cut off', () => {
  expect(() => decodeProtobuf(envelope('example.com/v1', 'Widget', Buffer.alloc(0)))).toThrow('Widget in version "example.com/v1"');
  expect(() => decodeProtobuf(envelope('v1', 'ConfigMap', Buffer.from([10, 200])))).toThrow('no valid protobuf message');
  expect(() => decodeProtobuf(Buffer.from('{"a":1}'))).toThrow('does not appear to be a protobuf message');
});
