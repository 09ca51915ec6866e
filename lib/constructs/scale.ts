import type { Profile } from './profile';

/** How many copies of a process run (factor VIII). */
export class Scale {
  /** Always this many. 0 keeps the process defined and not running. */
  static fixed(replicas: number): Scale {
    if (!Number.isInteger(replicas) || replicas < 0) throw new Error(`Scale.fixed(${replicas}): the number of replicas is a whole number from 0; for one copy write Scale.fixed(1)`);
    return new Scale(replicas);
  }

  /** What a process gets that says nothing: two copies, so that one can fail; one on a small host. */
  static default(profile: Profile): Scale {
    return new Scale(profile === 'small-host' ? 1 : 2);
  }

  private constructor(readonly replicas: number) {}
}
