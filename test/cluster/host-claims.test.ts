import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimNodePorts, claimRange, claimRuntimeName, forgetRuntimeName, tryRuntimeOfName } from '../../lib/cluster/host-claims';

describe('what a process claims on its host', () => {
  let directory: string;
  let other: ReturnType<typeof spawn> | undefined;

  beforeEach(() => { directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-claims-test-')); });
  afterEach(() => {
    other?.kill('SIGKILL');
    other = undefined;
    fs.rmSync(directory, { recursive: true });
  });

  const liveStranger = () => {
    other = spawn('sleep', ['60']);
    return other.pid;
  };

  it('may be claimed by it again', () => {
    claimRuntimeName('shop', directory);
    claimRuntimeName('shop', directory);
    expect([claimRange('10.240.0.0/16', directory), claimRange('10.240.0.0/16', directory)]).toEqual([true, true]);
    expect(tryRuntimeOfName('shop', directory)?.pid).toBe(process.pid);
    forgetRuntimeName('shop', directory);
    expect(tryRuntimeOfName('shop', directory)).toBeUndefined();
  });

  it('is refused to it while another live process has it, by the number of that process', () => {
    const pid = liveStranger();
    for (const claim of ['name-shop', 'range-10.240.0.0_16']) fs.writeFileSync(path.join(directory, claim), `${pid} \n`);
    expect(() => claimRuntimeName('shop', directory)).toThrow(`process ${pid} of this host runs a runtime named "shop" with another data directory; give this one another name with --name`);
    expect(claimRange('10.240.0.0/16', directory)).toBe(false);
    claimRuntimeName('blog', directory);
  });

  it('is another part of the node ports for each process, as long as there are parts', () => {
    expect(claimNodePorts(directory)).toEqual({ first: 30_768, last: 31_017 });
    const pid = liveStranger();
    for (const first of [30_768, 31_018]) fs.writeFileSync(path.join(directory, `node-ports-${first}`), `${pid} \n`);
    expect(claimNodePorts(directory)).toEqual({ first: 31_268, last: 31_517 });
    expect(claimNodePorts(directory)).toEqual({ first: 31_268, last: 31_517 });
    for (let first = 30_768; first < 32_767; first += 250) fs.writeFileSync(path.join(directory, `node-ports-${first}`), `${pid} \n`);
    expect(claimNodePorts(directory)).toBeUndefined();
  });

  it('is taken over from a process that has ended, also when a later one has its number', () => {
    fs.writeFileSync(path.join(directory, 'name-shop'), `${liveStranger()} 1\n`);
    claimRuntimeName('shop', directory);
    expect(tryRuntimeOfName('shop', directory)?.pid).toBe(process.pid);
  });
});
