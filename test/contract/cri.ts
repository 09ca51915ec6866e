import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import type { ContainerConfig, ContainerRuntime, PodSandboxConfig } from '../../lib/cri/cri';

/** What a runtime is tried with: commands that do the obvious. */
export interface CriContractFixture {
  readonly runtime: ContainerRuntime;
  /** An image that is there. */
  readonly image: string;
  /** Runs until it is asked to end. */
  readonly forever: readonly string[];
  close(): Promise<void>;
}

/** What every container runtime promises. Run by test/testing/fake-cri.test.ts on the fake and by test/e2e/docker-runtime.test.ts on Docker. */
export function criContract(name: string, open: () => Promise<CriContractFixture>): void {
  describe(`container runtime contract: ${name}`, () => {
    const opened = open();
    afterAll(async () => (await opened).close());

    const sandboxOf = (uid: string): PodSandboxConfig => ({
      pod: { uid, name: `pod-${uid.slice(0, 8)}`, namespace: 'contract' }, attempt: 0, hostname: 'box', hostPorts: [],
      hostNetwork: false, hostPid: false, hostIpc: false, sharePid: false, sysctls: {}, labels: { app: 'contract' },
    });
    const containerOf = ({ image, forever }: CriContractFixture, more: Partial<ContainerConfig> = {}): ContainerConfig => ({
      name: 'main', attempt: 0, image, command: forever, args: [], environment: [], mounts: [], labels: { kept: 'as it is' },
      stdin: false, stdinOnce: false, tty: false, resources: {},
      security: {
        supplementalGroups: [], privileged: false, readOnlyRootFilesystem: false, noNewPrivileges: false, addCapabilities: [], dropCapabilities: [], seccomp: { type: 'RuntimeDefault' },
      },
      ...more,
    });
    async function run(fixture: CriContractFixture) {
      const uid = randomUUID();
      const config = sandboxOf(uid);
      const sandbox = await fixture.runtime.runPodSandbox(config);
      const id = await fixture.runtime.createContainer(sandbox.id, containerOf(fixture), config);
      return { uid, config, sandbox, id };
    }

    it('tells id and address of a sandbox before it runs, and lists it by its pod', async () => {
      const { runtime } = await opened;
      const uid = randomUUID();
      let early: { id: string; ip: string } | undefined;
      const sandbox = await runtime.runPodSandbox(sandboxOf(uid), (created) => { early = created; });
      expect(early).toEqual({ id: sandbox.id, ip: sandbox.ip });
      expect(await runtime.listPodSandboxes({ podUid: uid })).toMatchObject([{ id: sandbox.id, ready: true, ip: sandbox.ip, pod: { uid, namespace: 'contract' } }]);
      await runtime.removePodSandbox(sandbox.id);
      expect(await runtime.listPodSandboxes({ podUid: uid })).toEqual([]);
    });

    it('gives back the labels of a container, and its states from created to exited', async () => {
      const fixture = await opened;
      const { runtime } = fixture;
      const { uid, id, sandbox } = await run(fixture);
      expect(await runtime.listContainers({ podUid: uid })).toMatchObject([{ id, name: 'main', state: 'created', sandboxId: sandbox.id, labels: { kept: 'as it is' } }]);
      await runtime.startContainer(id);
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'running', startedAt: expect.any(Number), oomKilled: false });
      await runtime.stopContainer(id, 5);
      expect(await runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: expect.any(Number), finishedAt: expect.any(Number) });
      await runtime.removePodSandbox(sandbox.id);
      expect(await runtime.listContainers({ podUid: uid })).toEqual([]);
    });

    it('stops and removes twice without complaint', async () => {
      const fixture = await opened;
      const { runtime } = fixture;
      const { id, sandbox } = await run(fixture);
      await runtime.startContainer(id);
      for (let i = 0; i < 2; i++) await runtime.stopContainer(id, 1);
      for (let i = 0; i < 2; i++) await runtime.removeContainer(id);
      for (let i = 0; i < 2; i++) await runtime.stopPodSandbox(sandbox.id);
      for (let i = 0; i < 2; i++) await runtime.removePodSandbox(sandbox.id);
      await expect(runtime.containerStatus(id)).rejects.toMatchObject({ reason: 'ContainerNotFound' });
    });

    it('tells of a container that ends', async () => {
      const fixture = await opened;
      const { runtime } = fixture;
      const { uid, id, sandbox } = await run(fixture);
      const stop = new AbortController();
      const seen = (async () => {
        for await (const event of runtime.events(stop.signal)) if (event.containerId === id && event.type === 'stopped') return event;
        return undefined;
      })();
      await runtime.startContainer(id);
      await runtime.stopContainer(id, 1);
      expect(await seen).toEqual({ type: 'stopped', podUid: uid, containerId: id });
      stop.abort();
      await runtime.removePodSandbox(sandbox.id);
    });

    it('stops the containers of a sandbox with it', async () => {
      const fixture = await opened;
      const { runtime } = fixture;
      const { id, sandbox, uid } = await run(fixture);
      await runtime.startContainer(id);
      await runtime.stopPodSandbox(sandbox.id);
      expect((await runtime.containerStatus(id)).state).toBe('exited');
      expect(await runtime.listPodSandboxes({ podUid: uid })).toMatchObject([{ ready: false }]);
      await runtime.removePodSandbox(sandbox.id);
    });

    it('answers undefined for an image that it does not have, and refuses to make a container of it', async () => {
      const fixture = await opened;
      const { runtime } = fixture;
      expect(await runtime.imageStatus('contract.invalid/none:1')).toBeUndefined();
      expect(await runtime.imageStatus(fixture.image)).toMatchObject({ id: expect.any(String) });
      const config = sandboxOf(randomUUID());
      const { id } = await runtime.runPodSandbox(config);
      await expect(runtime.createContainer(id, containerOf(fixture, { image: 'contract.invalid/none:1' }), config)).rejects.toMatchObject({ reason: 'ImageNotFound' });
      await runtime.removePodSandbox(id);
    });
  });
}
