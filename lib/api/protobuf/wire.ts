/** Reads the fields of a protobuf message, one after another. Throws a RangeError for bytes that end too early. */
export class WireReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** The next field's number and its value: bytes of a length-delimited one, otherwise a number. */
  next(): { readonly number: number; readonly value: Uint8Array | bigint | number } {
    const key = Number(this.varint());
    const number = key >>> 3;
    switch (key & 7) {
      case 0: return { number, value: this.varint() };
      case 1: return { number, value: new DataView(this.take(8).slice().buffer).getFloat64(0, true) };
      case 2: return { number, value: this.take(Number(this.varint())) };
      case 5: return { number, value: new DataView(this.take(4).slice().buffer).getFloat32(0, true) };
      default: throw new RangeError(`unknown wire type ${key & 7}`);
    }
  }

  /** A signed integer of 64 bits. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const [byte] = this.take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
      if (shift > 63n) throw new RangeError('a number is too long');
    }
  }

  private take(count: number): Uint8Array {
    if (count < 0 || this.at + count > this.bytes.length) throw new RangeError('unexpected EOF');
    const taken = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return taken;
  }
}
