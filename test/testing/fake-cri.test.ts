import { FakeCri } from '../../lib/testing/fake-cri';
import { criContract } from '../contract/cri';

criContract('fake', async () => ({ runtime: new FakeCri({ images: ['busybox'] }), image: 'busybox', forever: [], close: async () => undefined }));
