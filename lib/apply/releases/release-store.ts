import { APP_LABEL } from '../../api/label-keys';
import type { Client } from '../../client/client';
import { decodeRelease, encodeRelease, type Release, type ReleaseStatus, releaseSecretName, RECORD_LABEL, statusAnnotations } from './release';

/** The releases of one application, kept as Secrets in one namespace. */
export class ReleaseStore {
  constructor(private readonly client: Client, readonly application: string, readonly namespace: string) {}

  /** Oldest first. */
  async list(): Promise<readonly Release[]> {
    const { items } = await this.client.list('Secret', { namespace: this.namespace, labelSelector: `${APP_LABEL}=${this.application},${RECORD_LABEL}=release` });
    return items.map(decodeRelease).sort((a, b) => a.number - b.number);
  }

  /** AlreadyExists when somebody else was first with the number. */
  async create(release: Release): Promise<void> {
    await this.client.create(encodeRelease(release, this.namespace));
  }

  async mark(release: Release, status: ReleaseStatus): Promise<void> {
    await this.client.patch('Secret', this.reference(release), { metadata: { annotations: statusAnnotations({ ...release, status }) } }, { type: 'merge' });
  }

  async remove(release: Release): Promise<void> {
    await this.client.tryDelete('Secret', this.reference(release));
  }

  private reference({ number }: Release) {
    return { namespace: this.namespace, name: releaseSecretName(this.application, number) };
  }
}

/** The release that runs: the newest that got ready. Pure. */
export const currentRelease = (releases: readonly Release[]) => releases.findLast(({ status }) => status === 'deployed');

/** Releases to forget: all but the newest `keep`, and never the one that runs. Pure. */
export function releasesToForget(releases: readonly Release[], keep: number): readonly Release[] {
  const current = currentRelease(releases);
  return releases.slice(0, Math.max(releases.length - keep, 0)).filter((release) => release !== current);
}
