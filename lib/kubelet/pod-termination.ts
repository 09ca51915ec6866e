import { rm } from 'node:fs/promises';
import { sleep } from '../base/clock';
import { isNotFound } from '../api/status-error';
import type { ContainerState } from '../cri/cri';
import { sidecarsOf } from './init-container-actions';
import { killContainer, labelledGracePeriod } from './kill-container';
import { nameOf, namespaceOf, podIdentityOf, uidOf, type ReadonlyPod } from './kubelet-context';
import { removeLogLinks } from './log-links';
import { podDirectory } from './pod-paths';
import { addressOf, type PodWorkerScope } from './pod-worker-scope';
import type { PodRuntime } from './pod-runtime';

/** A proxy that does not answer may not hold up a pod's end. */
const ENDPOINT_REMOVAL_LIMIT = 2_000;

/**
 * The end of a pod: out of the Services, preStop and TERM, KILL; sandbox, volumes; then the API forgets it; then its containers go.
 * Each step is idempotent, so that an end which was interrupted goes on where it stood.
 */
export class PodTermination {
  /** The API does not have the pod any more. */
  removed = false;
  private killing: { grace: number; ids: readonly string[] } | undefined;
  private deleted = false;

  constructor(private readonly uid: string, private readonly scope: PodWorkerScope) {}

  /** Someone lost patience: `kubectl delete --now` or `--force` after a patient one. */
  shorten(pod: ReadonlyPod): void {
    const grace = pod.metadata.deletionGracePeriodSeconds;
    if (!this.killing || grace === undefined || grace >= this.killing.grace) return;
    this.killing.grace = grace;
    for (const id of this.killing.ids) {
      this.scope.context.cri.stopContainer(id, Math.max(grace, 1)).catch((error: unknown) => this.scope.context.logger.warn('stop failed', { container: id, error }));
    }
  }

  /** @param onDead shows the API how the containers ended */
  async run(pod: ReadonlyPod | undefined, runtime: PodRuntime, onDead: () => Promise<void>): Promise<void> {
    const { context, prober, volumes, statuses } = this.scope;
    prober.stopLiveness(this.uid);
    await this.killAll(pod, runtime);
    await onDead();
    prober.forget(this.uid);
    await volumes.tearDown(this.uid);
    if (pod && !this.removed && !this.deleted) {
      await statuses.flush(this.uid);
      await context.client.delete('Pod', { namespace: namespaceOf(pod), name: nameOf(pod) }, { gracePeriodSeconds: 0, preconditions: { uid: uidOf(pod) } }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
      this.deleted = true;
    }
    if (this.removed) await this.cleanUp(pod, runtime);
  }

  /** The pod is over (Succeeded, Failed): nothing runs any more, its logs and statuses stay until it is deleted. */
  async finish(pod: ReadonlyPod, runtime: PodRuntime, graceSeconds?: number): Promise<void> {
    await this.killAll(pod, runtime, graceSeconds);
    this.scope.prober.forget(this.uid);
    await this.scope.volumes.tearDown(this.uid);
  }

  /** Ends all containers at the same time, sidecars after them, the last first; then the sandboxes. */
  async killAll(pod: ReadonlyPod | undefined, runtime: PodRuntime, graceSeconds?: number): Promise<void> {
    const { context } = this.scope;
    const running = runtime.containers.filter(({ state }) => state === 'running');
    if (running.length > 0) {
      const ending = pod?.metadata.deletionTimestamp !== undefined;
      if (pod && ending) await this.leaveServices(pod);
      const grace = pod ? graceSeconds ?? pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30 : undefined;
      this.killing = { grace: grace ?? Infinity, ids: running.map(({ id }) => id) };
      const address = addressOf(context, pod, runtime);
      const kill = (status: ContainerState, turn?: Promise<unknown>) => killContainer(context, { status, pod, address, turn, gracePeriodSeconds: grace ?? labelledGracePeriod(status) });
      const order = pod ? sidecarsOf(pod).map(({ name }) => name).reverse() : [];
      const ends = running.filter(({ name }) => !order.includes(name)).map((status) => kill(status));
      for (const name of order) {
        const sidecar = running.find((status) => status.name === name);
        if (sidecar) ends.push(kill(sidecar, Promise.allSettled([...ends])));
      }
      await Promise.all(ends);
      this.killing = undefined;
    }
    await Promise.all(runtime.sandboxes.filter(({ ready }) => ready).map(({ id }) => context.cri.stopPodSandbox(id)));
  }

  private async leaveServices(pod: ReadonlyPod): Promise<void> {
    const done = new AbortController();
    await Promise.race([this.scope.endpointRemoved(pod).catch(() => undefined), sleep(this.scope.context.clock, ENDPOINT_REMOVAL_LIMIT, done.signal)]);
    done.abort();
  }

  private async cleanUp(pod: ReadonlyPod | undefined, runtime: PodRuntime): Promise<void> {
    const { context, reader, images, backoff, statuses, onGone } = this.scope;
    await Promise.all(runtime.sandboxes.map(({ id }) => context.cri.removePodSandbox(id)));
    for (const { id } of runtime.containers) {
      await context.cri.removeContainer(id);
      reader.forget(id);
    }
    const identity = pod ? podIdentityOf(pod) : runtime.sandboxes[0]?.pod ?? runtime.containers[0]?.pod;
    if (identity) await removeLogLinks(context, identity);
    await rm(podDirectory(context.dataDirectory, this.uid), { recursive: true, force: true });
    images.forget(this.uid);
    backoff.forget(this.uid);
    statuses.forget(this.uid);
    onGone(this.uid);
  }
}
