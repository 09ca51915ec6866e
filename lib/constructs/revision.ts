import * as path from 'node:path';
import { spawnSync } from 'node:child_process';
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { GIT_DIRTY_ANNOTATION, GIT_REVISION_ANNOTATION, VERSION_LABEL } from '../api/label-keys';
import { type GitRepository, tryFindRepository, tryReadHead } from '../base/git-revision';
import { programFolder } from './program-folder';

export interface GitOptions {
  /** The version people know it by, for example `1.4.2`; the commit is an annotation then. @default the commit's first twelve letters, and `-dirty` where files differ from it */
  readonly version?: string;
  /** A folder of the repository. @default the program's */
  readonly directory?: string;
}

/**
 * Which state of the code base the objects are made of (factor I): label `app.kubernetes.io/version`, and for git the annotations `twelve-factor.dev/git-revision` and `…/git-dirty`, on the objects
 * themselves. Never on pods, so that a commit that changes nothing rolls nothing.
 */
export class Revision {
  /**
   * The commit that is checked out. Looking whether files differ from it starts `git status` once (about 10 ms); files that synthesis writes (`*.k8s.yaml`) do not count.
   */
  static git({ version, directory = programFolder() }: GitOptions = {}): Revision {
    const repository = tryFindRepository(directory);
    if (!repository) throw new Error(`Revision.git: ${directory} is in no git repository; give Revision.commit('…') from your build, or Revision.version('1.4.2')`);
    const commit = tryReadHead(repository) ?? askForHead(repository);
    if (commit === undefined) throw new Error(`Revision.git: ${repository.root} has no commit yet; commit first, or leave the revision out`);
    return Revision.commit(commit, { version, dirty: tryIsDirty(repository) });
  }

  /** A commit that is known otherwise, as in a build without the repository. @param dirty whether files differ from it; undefined when nobody knows */
  static commit(commit: string, { version, dirty = false }: { readonly version?: string; readonly dirty?: boolean } = {}): Revision {
    if (!/^[0-9a-f]{7,64}$/.test(commit)) throw new Error(`Revision.commit: "${commit}" is not the hash of a commit; write the 40 letters that git rev-parse HEAD prints`);
    return new Revision(version ?? `${commit.slice(0, 12)}${dirty ? '-dirty' : ''}`, { commit, dirty });
  }

  /** A version that is no commit. */
  static version(version: string): Revision {
    return new Revision(version);
  }

  private constructor(readonly name: string, readonly git?: { readonly commit: string; readonly dirty: boolean | undefined }) {
    if (!/[A-Za-z0-9]/.test(name)) throw new Error(`Revision: "${name}" has neither a letter nor a digit; write it like 1.4.2`);
  }

  /** @internal Writes it on every object below that says nothing else. May be called again. */
  _record(root: IConstruct): void {
    for (const object of root.node.findAll()) {
      if (!ApiObject.isApiObject(object)) continue;
      if (object.metadata.getLabel(VERSION_LABEL) === undefined) object.metadata.addLabel(VERSION_LABEL, toLabelValue(this.name));
      if (!this.git) continue;
      object.metadata.addAnnotation(GIT_REVISION_ANNOTATION, this.git.commit);
      object.metadata.addAnnotation(GIT_DIRTY_ANNOTATION, String(this.git.dirty ?? 'unknown'));
    }
  }
}

/** As a label may be: at most 63 of letters, digits, `-`, `_` and `.`, a letter or digit at both ends. */
export const toLabelValue = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 63).replace(/[^A-Za-z0-9]+$/, '');

/** Where its branches are not in files, git itself knows. */
function askForHead(repository: GitRepository): string | undefined {
  const { status, stdout } = git(repository, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  return status === 0 ? stdout.trim() : undefined;
}

/** Undefined where git is not installed. */
function tryIsDirty(repository: GitRepository): boolean | undefined {
  const { status, stdout } = git(repository, ['status', '--porcelain', '--', path.join(repository.root), ':(exclude,glob,top)**/*.k8s.yaml']);
  return status === 0 ? stdout !== '' : undefined;
}

// Without optional locks: a synthesis beside somebody's git command must not get into its way.
const git = ({ root }: GitRepository, words: readonly string[]) => spawnSync('git', ['--no-optional-locks', ...words], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
