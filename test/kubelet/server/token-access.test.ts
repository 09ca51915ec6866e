import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../lib/base/fake-clock';
import { accessTo, TokenAccess } from '../../../lib/kubelet/server/token-access';

function access(allowed: boolean) {
  const asked: { kind: string; spec: Record<string, unknown> }[] = [];
  const create = (review: { kind: string; spec: Record<string, unknown> }) => {
    asked.push(review);
    const status = review.kind === 'TokenReview' ? { authenticated: review.spec.token === 'good', user: { username: 'metrics', groups: ['g'] } } : { allowed };
    return Promise.resolve({ ...review, status });
  };
  const clock = new FakeClock();
  return { asked, clock, tokens: new TokenAccess({ client: { create: create as never }, clock, nodeName: 'n1' }) };
}

describe('bearer tokens at the port of a node', () => {
  it('are let in when the API server knows and allows them, and asked about again after two minutes', async () => {
    const { asked, clock, tokens } = access(true);
    await tokens.check('good', 'GET', '/metrics/resource');
    await tokens.check('good', 'GET', '/metrics/resource');
    expect(asked.map(({ kind }) => kind)).toEqual(['TokenReview', 'SubjectAccessReview']);
    expect(asked[1].spec).toMatchObject({ user: 'metrics', groups: ['g'], resourceAttributes: { verb: 'get', resource: 'nodes', subresource: 'metrics', name: 'n1' } });
    await clock.advance(121_000);
    await tokens.check('good', 'GET', '/metrics/resource');
    expect(asked).toHaveLength(4);
  });

  it('are refused otherwise', async () => {
    await expect(access(true).tokens.check('bad', 'GET', '/stats/summary')).rejects.toMatchObject({ status: 401 });
    await expect(access(false).tokens.check('good', 'GET', '/stats/summary')).rejects.toMatchObject({ status: 403, message: 'Forbidden (user=metrics, verb=get, resource=nodes, subresource=stats)' });
  });

  it('need what upstream\'s kubelet asks for', () => {
    expect([accessTo('GET', '/stats/summary'), accessTo('GET', '/metrics'), accessTo('POST', '/exec/a/b/c'), accessTo('GET', '/pods')].map(({ verb, subresource }) => `${verb} ${subresource}`))
      .toEqual(['get stats', 'get metrics', 'create proxy', 'get proxy']);
  });
});
