import type { Controller, Service } from './controller';
import { deployment } from './deployment/deployment';
import { replicaSet } from './replica-set';
import { replicationController } from './replication-controller';

/** Every controller that runs. To add one: a file, a line here, a test. */
export const controllers: readonly Controller[] = [
  deployment,
  replicaSet,
  replicationController,
];

/** Those that follow resources that only discovery knows. */
export const services: readonly Service[] = [];
