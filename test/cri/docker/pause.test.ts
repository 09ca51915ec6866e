import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../../lib/base/package-root';

const folder = packageFile('lib/cri/docker/pause');
const compilers = { amd64: 'x86_64-linux-gnu-gcc', arm64: 'aarch64-linux-gnu-gcc' } as const;

/** Other compilers make other bytes of the same source: only the one the binaries were made with can compare. */
function comparable(compiler: string): boolean {
  try {
    return execFileSync(compiler, ['-dumpfullversion'], { encoding: 'utf8' }).startsWith('12.2.');
  } catch {
    return false;
  }
}

describe('the pause program', () => {
  for (const [architecture, compiler] of Object.entries(compilers)) {
    it(`for ${architecture} is there, static and small`, () => {
      const program = readFileSync(path.join(folder, `pause-${architecture}`));
      expect(program.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
      expect(program.length).toBeLessThan(8192);
    });

    it.skipIf(!comparable(compiler))(`for ${architecture} is what its source builds to`, () => {
      const out = mkdtempSync(path.join(os.tmpdir(), 'pause-'));
      try {
        execFileSync(path.join(folder, 'build.sh'), [out], { stdio: 'ignore' });
        expect(existsSync(path.join(out, `pause-${architecture}`))).toBe(true);
        expect(readFileSync(path.join(out, `pause-${architecture}`)).equals(readFileSync(path.join(folder, `pause-${architecture}`)))).toBe(true);
      } finally {
        rmSync(out, { recursive: true });
      }
    });
  }
});
