/** The way from who is told that the machine ends to the node part that runs now. */
export class NodeShutdownRequest {
  private answer: () => Promise<void> = () => Promise.resolve();

  /** A later node part takes the place of an earlier one. */
  onRequest(answer: () => Promise<void>): void {
    this.answer = answer;
  }

  /** Resolves when the pods of this host have ended, or their time is over. */
  request(): Promise<void> {
    return this.answer();
  }
}
