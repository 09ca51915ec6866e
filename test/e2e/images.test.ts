import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { PodCases, podOf } from './harness/pods';

/** No name of a registry: what does not exist there, or nobody reaches, fails alike. */
const NOWHERE = '127.0.0.1:1/team/missing:1';

describe.skipIf(!defaultKubectl)('images', () => {
  const { kubectl } = useNamespace('images');
  const cases = new PodCases(kubectl);

  it('that are on the node are not pulled again, and the Event says so', async () => {
    explainFailure(kubectl);
    await cases.create(podOf('present', { containers: [{ imagePullPolicy: 'IfNotPresent' }] }), podOf('never', { containers: [{ imagePullPolicy: 'Never' }] }));
    for (const name of ['present', 'never']) {
      await cases.running(name);
      await cases.event(name, 'Pulled', 'Container image "busybox:1.35" already present on machine');
      expect((await cases.events(name)).filter(({ reason }) => reason === 'Pulling')).toEqual([]);
    }
  });

  it('that cannot be pulled: ErrImagePull, then ImagePullBackOff, with the registry\'s words', async () => {
    explainFailure(kubectl);
    await cases.create(podOf('unreachable', { containers: [{ image: NOWHERE }] }));
    expect((await cases.waiting('unreachable', 'ImagePullBackOff')).message).toBe(`Back-off pulling image "${NOWHERE}"`);
    await cases.event('unreachable', 'Pulling', `Pulling image "${NOWHERE}"`);
    await cases.event('unreachable', 'Failed', `Failed to pull image "${NOWHERE}": `);
    await cases.event('unreachable', 'Failed', 'Error: ErrImagePull');
    await cases.event('unreachable', 'BackOff', `Back-off pulling image "${NOWHERE}"`);
    await cases.event('unreachable', 'Failed', 'Error: ImagePullBackOff');
    expect((await cases.get('unreachable')).status?.phase).toBe('Pending');
  });

  it('that are to be pulled always are, even when they are here', async () => {
    await cases.create(podOf('always', { containers: [{ image: 'busybox:1.35', imagePullPolicy: 'Always' }] }));
    await cases.event('always', 'Pulling', 'Pulling image "busybox:1.35"');
  });

  it('that may not be pulled and are not here: ErrImageNeverPull', async () => {
    await cases.create(podOf('forbidden', { containers: [{ image: NOWHERE, imagePullPolicy: 'Never' }] }));
    expect((await cases.waiting('forbidden', 'ErrImageNeverPull')).message).toBe(`Container image "${NOWHERE}" is not present with pull policy of Never`);
    await cases.event('forbidden', 'ErrImageNeverPull', `Container image "${NOWHERE}" is not present with pull policy of Never`);
    await cases.event('forbidden', 'Failed', 'Error: ErrImageNeverPull');
  });

  it('whose name is none: InvalidImageName', async () => {
    await cases.create(podOf('unnamed', { containers: [{ image: 'Not/An/Image' }] }));
    expect((await cases.waiting('unnamed', 'InvalidImageName')).message).toMatch(/couldn't parse image (name|reference) "Not\/An\/Image": invalid reference format/);
    await cases.event('unnamed', 'InspectFailed', 'Failed to apply default image tag "Not/An/Image"');
  });

  it('of one container do not keep the others from running', async () => {
    await cases.create(podOf('half', { containers: [{}, { image: NOWHERE }] }));
    await cases.waiting('half', 'ImagePullBackOff', 'c1');
    expect((await cases.get('half')).status?.containerStatuses?.find(({ name }) => name === 'c')?.state?.running).toBeDefined();
  });

  it('are pulled after their name is corrected, without a new pod', async () => {
    await cases.create(podOf('corrected', { containers: [{ image: NOWHERE, command: ['sleep', '3600'] }] }));
    await cases.waiting('corrected', 'ErrImagePull').catch(() => cases.waiting('corrected', 'ImagePullBackOff'));
    await kubectl('set image pod/corrected c=busybox:1.35');
    await cases.running('corrected');
  });
});
