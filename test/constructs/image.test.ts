import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Image, Web } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

describe('Image.build', () => {
  const directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-image-')), 'Front-End');
  const imageOf = (image: Image) => ofKind(synthesize((app) => new Web(app, 'web', { image, port: 80 })), 'Deployment').spec.template.spec.containers[0];
  beforeAll(() => {
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'Dockerfile'), 'FROM busybox:1.35\n');
  });
  afterAll(() => fs.rmSync(path.dirname(directory), { recursive: true }));

  it('names the image by its folder and a hash of its content, and expects it on the node', () => {
    const container = imageOf(Image.build(directory));
    expect(container.image).toMatch(/^front-end:[0-9a-f]{12}$/);
    expect(container.imagePullPolicy).toBe('Never');
    expect(imageOf(Image.build(directory, { buildArguments: { A: '1' } })).image).not.toBe(container.image);
  });

  it('is pulled from its registry where it has one', () => {
    const container = imageOf(Image.build(directory, { registry: 'registry.example.com:5000/team/', repository: 'shop' }));
    expect(container.image).toMatch(/^registry\.example\.com:5000\/team\/shop:[0-9a-f]{12}$/);
    expect(container.imagePullPolicy).toBe('IfNotPresent');
  });

  it('refuses names that are none, a missing Dockerfile and one outside of the folder, saying what to write', () => {
    expect(() => Image.build(directory, { registry: 'https://registry.example.com' })).toThrow(/use lower-case words.*neither https:\/\//);
    expect(() => Image.build(directory, { repository: 'shop:1' })).toThrow(/is not the name of an image/);
    expect(() => Image.build(directory, { dockerfile: 'Other' })).toThrow(/Image\.build\(".*"\): there is no Other in/);
    expect(() => Image.build(directory, { dockerfile: '../Dockerfile' })).toThrow(/outside/);
  });
});
