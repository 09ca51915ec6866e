import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freeRange, tryFindConflict } from '../../lib/cri/docker/network/host-routes';
import { primaryAddress } from '../../lib/cluster/host-address';
import { takeLock, tryLockHolder } from '../../lib/cluster/lock';
import { chooseSettings } from '../../lib/cluster/settings';

describe('the lock of a data directory', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-lock-')); });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const file = () => path.join(folder, 'runtime.pid');

  it('is held by one process at a time and given back', () => {
    const release = takeLock(file());
    expect(tryLockHolder(file())?.pid).toBe(process.pid);
    expect(() => takeLock(file())).toThrow(`process ${process.pid} runs with this data directory`);
    release();
    expect(tryLockHolder(file())).toBeUndefined();
  });

  it('is taken over from a process that died, also when its number is in use again', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    fs.writeFileSync(file(), `${child.pid} 1\n`);
    takeLock(file())();
    fs.writeFileSync(file(), `${process.pid} 1\n`); // our number, another start time
    takeLock(file())();
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe('settings', () => {
  const free = { port: 6443, podCidr: '10.240.0.0/16', serviceCidr: '10.96.0.0/16', nodeAddress: '192.0.2.1', nodeMonitorGraceSeconds: 40 };
  const known = { name: 'a', port: 7000, podCidr: '10.241.0.0/16', serviceCidr: '10.97.0.0/16', nodeAddress: '192.0.2.1', nodeMonitorGraceSeconds: 40 };

  it('stay as they were chosen, except for what is asked for', () => {
    expect(chooseSettings({ name: 'a' }, known, free)).toMatchObject(known);
    expect(chooseSettings({ name: 'a', port: 8000 }, known, free).port).toBe(8000);
    expect(chooseSettings({ name: 'a' }, undefined, free)).toMatchObject({ name: 'a', ...free });
  });

  it('refuse another range for objects that hold addresses', () => {
    expect(() => chooseSettings({ name: 'a', podCidr: '10.9.0.0/16' }, known, free)).toThrow('--pod-cidr 10.9.0.0/16: the runtime "a" has 10.241.0.0/16');
  });
});

describe('the host', () => {
  const routes = [{ dst: 'default', dev: 'eth0' }, { dst: '10.240.3.0/24', dev: 'tw-a' }, { dst: '192.0.2.0/24', dev: 'eth0' }];

  it('is asked for ranges that are free', () => {
    expect(freeRange('10.240.0.0/16', routes, 'tw-b')).toBe('10.241.0.0/16');
    expect(freeRange('10.240.0.0/16', routes, 'tw-a')).toBe('10.240.0.0/16');
    expect(tryFindConflict('10.240.0.0/12', routes, 'tw-b')?.dev).toBe('tw-a');
  });

  it('has the address of its default route', () => {
    const info = (address: string) => [{ address, family: 'IPv4', internal: false } as os.NetworkInterfaceInfo];
    expect(primaryAddress(routes, { docker0: info('172.17.0.1'), eth0: info('192.0.2.2') })).toBe('192.0.2.2');
    expect(primaryAddress([], { docker0: info('172.17.0.1'), eth1: info('192.0.2.3') })).toBe('192.0.2.3');
    expect(primaryAddress([], {})).toBe('127.0.0.1');
  });
});
