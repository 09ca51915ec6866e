import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryOf } from '../../apps/cli/images/docker-login';
import { DockerImageSupplier } from '../../apps/cli/images/docker-image-supplier';
import { contextHash } from '../../lib/base/build-context/build-context';
import type { ImageBuilder } from '../../lib/cri/docker/image-builder';

/** A Docker daemon that has these images; what it is told to do is written down. */
function daemon(name: string, log: string[], images: Set<string>, registry = new Map<string, string>()): ImageBuilder {
  const fake = {
    address: name,
    has: (image: string) => Promise.resolve(images.has(image)),
    build: ({ name: image }: { readonly name: string }) => Promise.resolve(void (log.push(`${name} build`), images.add(image))),
    remove: (image: string) => Promise.resolve(void (log.push(`${name} remove`), images.delete(image))),
    push: (image: string) => Promise.resolve((log.push(`${name} push`), registry.set(image, 'sha256:abc'), 'sha256:abc')),
    tryRegistryDigest: (image: string) => Promise.resolve(registry.get(image)),
    copyTo: (other: ImageBuilder, image: string) => Promise.resolve(void log.push(`${name} copy ${image.split(':')[0]} to ${other.address}`)),
  };
  return fake as unknown as ImageBuilder;
}

describe('images of a program', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-supplier-'));
  const context = { directory, dockerfile: 'Dockerfile', buildArguments: {} };
  let name = '';
  beforeAll(() => {
    fs.writeFileSync(path.join(directory, 'Dockerfile'), 'FROM busybox:1.35\n');
    name = `shop:${contextHash(context)}`;
  });
  afterAll(() => fs.rmSync(directory, { recursive: true }));

  const supply = async ({ push = false, image = name, there = new Set<string>(), registry = new Map<string, string>(), lookOnly = false, other = new Set<string>() } = {}) => {
    const log: string[] = [];
    const supplier = new DockerImageSupplier({
      connect: () => Promise.resolve(daemon('here', log, there, registry)), login: () => Promise.resolve(undefined), lookOnly,
      nodes: [{ node: 'second', connect: () => Promise.resolve(daemon('second', log, other)) }],
    });
    const result = await supplier.supply({ name: image, ...context, push }, () => undefined, new AbortController().signal).catch((error: Error) => error.message);
    return { result, log };
  };

  it('are built once, and copied to every Docker host that lacks them', async () => {
    expect(await supply()).toEqual({ result: name, log: ['here build', 'here copy shop to second'] });
    expect(await supply({ there: new Set([name]) })).toEqual({ result: name, log: ['here copy shop to second'] });
    expect(await supply({ there: new Set([name]), other: new Set([name]) })).toEqual({ result: name, log: [] });
  });

  it('are pushed where they have a registry, and named with its digest; what it has is not even built', async () => {
    expect(await supply({ push: true })).toEqual({ result: `${name}@sha256:abc`, log: ['here build', 'here push'] });
    expect(await supply({ push: true, registry: new Map([[name, 'sha256:def']]) })).toEqual({ result: `${name}@sha256:def`, log: [] });
  });

  it('whose files have changed since the program ran are not kept under the wrong name', async () => {
    expect(await supply({ image: 'shop:000000000000' })).toEqual({ result: expect.stringMatching(/files have changed since the program ran/), log: ['here build', 'here remove'] });
  });

  it('are only looked for by a diff', async () => {
    expect(await supply({ lookOnly: true })).toEqual({ result: name, log: [] });
    expect(await supply({ lookOnly: true, push: true, registry: new Map([[name, 'sha256:def']]) })).toEqual({ result: `${name}@sha256:def`, log: [] });
  });
});

it('the registry of an image is what docker login calls it', () => {
  expect(['registry.example.com/team/shop:1', 'localhost:5000/shop:1', 'team/shop:1', 'nginx:1'].map(registryOf)).toEqual(['registry.example.com', 'localhost:5000', 'https://index.docker.io/v1/', 'https://index.docker.io/v1/']);
});
