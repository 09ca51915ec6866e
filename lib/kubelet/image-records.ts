import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Clock } from '../base/clock';

export interface ImageRecord {
  /** As the pod names it. */
  readonly image: string;
  /** What the name stood for then: somebody may have given it to another image since. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly pulledAt: number;
  readonly lastUsedAt: number;
}

/** The images that this node pulled itself: the engine may have others, which are somebody else's. Kept in a file, so that the next kubelet knows them. */
export class ImageRecords {
  private records: Map<string, ImageRecord> | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly file: string, private readonly clock: Clock) {}

  async list(): Promise<readonly ImageRecord[]> {
    return [...(await this.load()).values()];
  }

  /** A pull of this node brought the image. */
  async pulled(image: string, id: string): Promise<void> {
    const now = this.clock.now();
    (await this.load()).set(image, { image, id, pulledAt: now, lastUsedAt: now });
    await this.save();
  }

  async used(images: ReadonlySet<string>): Promise<void> {
    const records = await this.load();
    for (const record of records.values()) if (images.has(record.image)) records.set(record.image, { ...record, lastUsedAt: this.clock.now() });
  }

  /** The image is gone, or no longer this node's to remove. */
  async forget(image: string): Promise<void> {
    (await this.load()).delete(image);
    await this.save();
  }

  private async load(): Promise<Map<string, ImageRecord>> {
    if (this.records) return this.records;
    const text = await readFile(this.file, 'utf8').catch(() => '[]');
    this.records ??= new Map(parse(text).map((record) => [record.image, record]));
    return this.records;
  }

  private save(): Promise<void> {
    this.writing = this.writing.then(async () => {
      await writeFile(`${this.file}.new`, JSON.stringify([...this.records?.values() ?? []]), { mode: 0o600 });
      await rename(`${this.file}.new`, this.file);
    }).catch(() => undefined); // a lost record only means that its image stays
    return this.writing;
  }
}

function parse(text: string): readonly ImageRecord[] {
  try {
    return JSON.parse(text) as readonly ImageRecord[];
  } catch {
    return [];
  }
}
