import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../lib/kubelet/registry-auth';
import { matchingLogins } from '../../lib/kubelet/registry-logins';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const usersFor = (image: string, ...registries: readonly string[]) => matchingLogins(image, registries.map((registry) => [registry, { username: registry, password: 'x' }])).map(({ username }) => username);

describe('logins of registries', () => {
  it('finds those of the image\'s registry, the most specific path first', () => {
    expect(usersFor('r.example.com/team/web:1', 'r.example.com', 'r.example.com/team', 'r.example.com/other', 'example.com')).toEqual(['r.example.com/team', 'r.example.com']);
  });

  it('reads addresses as people write them', () => {
    expect(usersFor('r.example.com:5000/web', 'https://r.example.com:5000/v2/')).toHaveLength(1);
    expect(usersFor('r.example.com:5000/web', 'r.example.com')).toHaveLength(0);
  });

  it('matches parts of host names by patterns, and never across dots', () => {
    expect(usersFor('r.example.com/web', '*.example.com', 'r.*.com', '*')).toEqual(['r.*.com', '*.example.com']);
    expect(usersFor('a.r.example.com/web', '*.example.com')).toEqual([]);
  });

  it('takes the login of Docker Hub for names without a registry', () => {
    for (const image of ['nginx', 'team/nginx:1', 'docker.io/library/nginx']) expect(usersFor(image, 'https://index.docker.io/v1/', 'r.example.com')).toEqual(['https://index.docker.io/v1/']);
    expect(usersFor('localhost/nginx', 'https://index.docker.io/v1/')).toEqual([]);
  });

  it('reads both types of Secrets, and the combined field', () => {
    const auths = { 'r.example.com': { auth: base64('me:pass:word') } };
    expect(entriesOf('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': base64(JSON.stringify({ auths })) })).toEqual(Object.entries(auths));
    expect(entriesOf('kubernetes.io/dockercfg', { '.dockercfg': base64(JSON.stringify(auths)) })).toEqual(Object.entries(auths));
    expect(entriesOf('kubernetes.io/dockercfg', { '.dockercfg': 'no' })).toEqual([]);
    expect(matchingLogins('r.example.com/web', Object.entries(auths))).toEqual([{ username: 'me', password: 'pass:word', serverAddress: 'r.example.com' }]);
  });
});
