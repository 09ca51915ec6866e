/** A terminal that keeps what a person sees, scrolled away or not. Knows what our output uses: line ends, `CSI n A` and `CSI J`. */
export class FakeTerminal {
  readonly isTTY = true;
  private readonly lines: string[] = [''];
  private row = 0;

  constructor(readonly columns = 80, readonly rows = 24) {}

  write(text: string): void {
    for (const [part] of text.matchAll(/\x1b\[\d*[AJ]|\n|[^\n\x1b]+/g)) {
      const up = /^\x1b\[(\d+)A$/.exec(part);
      if (up) this.row = Math.max(this.row - Number(up[1]), this.lines.length - this.rows, 0); // a cursor stops at the upper edge
      else if (part === '\x1b[J') this.lines.splice(this.row, Infinity, '');
      else if (part === '\n') {
        this.row += 1;
        if (this.row === this.lines.length) this.lines.push('');
      } else this.lines[this.row] += part;
    }
  }

  /** All lines, the last one without what is still empty. */
  get text(): readonly string[] {
    return this.lines.at(-1) === '' ? this.lines.slice(0, -1) : this.lines;
  }
}
