import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/base/clock';
import { silentLogger } from '../../lib/base/logger';
import { buildModel } from '../../lib/ingress/build-model';
import { ConfigRefused, Edge } from '../../lib/ingress/edge';
import { FakeHaproxy } from './harness/fake-haproxy';
import { type At, ingress, objects, path as pathTo, rule, slice, to } from './harness/objects';

const ports = { http: 80, https: 443 };
const pods = (...names: readonly number[]): readonly At[] => names.map((name) => ({ address: `10.0.1.${name}` }));
const model = (host: string, at: readonly At[]) => {
  const given = objects({ ingresses: [ingress('a', { rules: [rule(host, pathTo('/', to('web')))] })] });
  return buildModel({ ...given, slicesOf: () => [slice('web', at)] });
};

describe('the proxy of a host', () => {
  let directory: string;
  let haproxy: FakeHaproxy;
  let edge: Edge;
  let refusal: string;
  let checked: string[];
  const current = () => fs.readFileSync(path.join(directory, 'current/haproxy.cfg'), 'utf8');

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'edge-'));
    [refusal, checked] = ['', []];
    edge = new Edge({
      directory, defaultCertificate: 'PEM', nameServers: [], clock: systemClock, logger: silentLogger,
      check: (file) => {
        checked.push(fs.readFileSync(file.replace('/edge', directory), 'utf8'));
        return Promise.resolve(refusal);
      },
    });
    await edge.ensure();
    haproxy = new FakeHaproxy(directory);
  });

  afterEach(async () => {
    await haproxy.stop();
    fs.rmSync(directory, { recursive: true });
  });

  it('has something to start with that is not ready, and gets nothing unchecked while it does not run', async () => {
    expect(current()).toContain('http-request return status 503');
    expect(await edge.apply(model('a.test', pods(1)), ports)).toBe(false);
    expect(current()).toContain('description none');
  });

  it('is given new rules by a reload of a configuration that was checked', async () => {
    await haproxy.start();
    expect(await edge.apply(model('a.test', pods(1)), ports)).toBe(true);
    expect(haproxy.reloads).toBe(1);
    expect(haproxy.serversOf('shop_web_80')).toEqual(['10.0.1.1:8080']);
    expect(checked).toEqual([current()]);
    expect(fs.readdirSync(directory).length).toBe(3);
  });

  it('is given pods that come and go without a reload, and has them when it is started again', async () => {
    await haproxy.start();
    await edge.apply(model('a.test', pods(1)), ports);
    await edge.apply(model('a.test', pods(2, 3)), ports);
    expect(haproxy.reloads).toBe(1);
    expect(haproxy.commands[0]).toBe('set server shop_web_80/s1 state maint');
    expect(haproxy.serversOf('shop_web_80')).toEqual(['10.0.1.2:8080', '10.0.1.3:8080']);
    expect(current()).toContain('  server s1 10.0.1.2:8080\n  server s2 10.0.1.3:8080\n');
  });

  it('is left alone where nothing changes', async () => {
    await haproxy.start();
    await edge.apply(model('a.test', pods(1, 2)), ports);
    await edge.apply(model('a.test', pods(2, 1)), ports);
    expect([haproxy.reloads, haproxy.commands, checked.length]).toEqual([1, [], 1]);
  });

  it('is reloaded when more pods come than there are slots', async () => {
    await haproxy.start();
    await edge.apply(model('a.test', pods(1)), ports);
    await edge.apply(model('a.test', pods(1, 2, 3, 4, 5)), ports);
    expect(haproxy.reloads).toBe(2);
    expect(haproxy.serversOf('shop_web_80')).toHaveLength(5);
  });

  it('keeps what works when it refuses what is new', async () => {
    await haproxy.start();
    await edge.apply(model('a.test', pods(1)), ports);
    const before = current();
    refusal = 'nonsense';
    await expect(edge.apply(model('b.test', pods(1)), ports)).rejects.toThrow(ConfigRefused);
    expect(await edge.refusalOf(model('b.test', pods(1)), ports)).toBe('nonsense');
    expect(await edge.refusalOf(model('a.test', pods(1)), ports)).toBe('');
    expect([haproxy.reloads, current(), fs.readdirSync(directory).length]).toEqual([1, before, 3]);
  });

  it('that was started with something else is told what it should do', async () => {
    await haproxy.start();
    await edge.apply(model('a.test', pods(1)), ports);
    await haproxy.stop();
    expect(await edge.apply(model('a.test', pods(9)), ports)).toBe(false);
    await haproxy.start();
    expect(haproxy.serversOf('shop_web_80')).toEqual(['10.0.1.1:8080']);
    await edge.apply(model('a.test', pods(9)), ports);
    expect(haproxy.serversOf('shop_web_80')).toEqual(['10.0.1.9:8080']);
  });
});
