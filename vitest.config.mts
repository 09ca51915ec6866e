import { defineConfig } from 'vitest/config';

const level = (name: string, include: string[], more: object = {}) => ({ test: { name, include, environment: 'node', ...more } });

/** A limit is there to end what hangs; it is no claim of speed, and a busy machine is slow. */
const offline = { testTimeout: 60_000, hookTimeout: 60_000 };
const limits = { testTimeout: 600_000, hookTimeout: 600_000 };
const e2e = { globalSetup: 'test/e2e/harness/global-setup.ts', ...limits };
/** A cluster that is not the bundled runtime. */
const realCluster = { globalSetup: 'test/e2e/harness/real-cluster-setup.ts', ...limits, env: { TWELVE_E2E_KUBECONFIG: 'as the global setup says' } };
/** Cases that are the same on every cluster. */
const ANY_CLUSTER = ['test/e2e/engine/**/*.test.ts', 'test/e2e/blog.test.ts'];
const REAL_CLUSTER_ONLY = ['test/e2e/node-join.test.ts'];
/** These cordon the node that all cases share, break one of the APIs it serves, or count what a steady load loses: nothing else runs beside them. */
const ALONE = ['kubectl', 'metrics-adapter', 'databases', 'ingress', 'rolling-update', 'crash', 'service-network', 'constructs/graceful-shutdown', 'engine/under-load', 'engine/many-replicas'].map((name) => `test/e2e/${name}.test.ts`);

/** The test levels (CONTRIBUTING.md): everything before e2e needs nothing but Node. */
export default defineConfig({
  test: {
    projects: [
      level('unit', ['test/!(contract|integration|e2e|golden|bench)/**/*.test.ts'], offline),
      level('contract', ['test/contract/**/*.test.ts'], offline),
      level('golden', ['test/golden/**/*.test.ts'], offline),
      level('integration', ['test/integration/**/*.test.ts'], offline),
      level('e2e', ['test/e2e/**/*.test.ts'], { ...e2e, exclude: [...ALONE, ...REAL_CLUSTER_ONLY], maxWorkers: 3, sequence: { groupOrder: 1 } }),
      level('e2e-alone', ALONE, { ...e2e, fileParallelism: false, maxWorkers: 1, sequence: { groupOrder: 2 } }),
      level('real-cluster', [...ANY_CLUSTER, ...REAL_CLUSTER_ONLY], { ...realCluster, exclude: ALONE, maxWorkers: 3, sequence: { groupOrder: 3 } }),
      level('real-cluster-alone', ALONE.filter((name) => name.includes('/engine/')), { ...realCluster, fileParallelism: false, maxWorkers: 1, sequence: { groupOrder: 4 } }),
    ],
  },
});
