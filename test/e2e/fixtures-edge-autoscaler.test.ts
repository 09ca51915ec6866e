import fs from 'node:fs';
import path from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { eventually } from './harness/eventually';

const file = path.resolve(__dirname, '../../../shared/fixtures/edge.yaml');
const available = defaultKubectl !== undefined && fs.existsSync(file);

describe.skipIf(!available)('the autoscaler of edge.yaml (skipped without kubectl or the fixtures)', () => {
  const { kubectl } = useNamespace('edge-autoscaler');

  it('reads the processor of api, keeps one replica without load and gives the shown rules their defaults', async () => {
    explainFailure(kubectl);
    const wanted = (loadAll(fs.readFileSync(file, 'utf8')) as { kind: string; metadata: { name: string } }[]).filter(({ kind, metadata }) => metadata.name === 'api' && kind !== 'Service');
    const [autoscalers, others] = [wanted.filter(({ kind }) => kind === 'HorizontalPodAutoscaler'), wanted.filter(({ kind }) => kind !== 'HorizontalPodAutoscaler')];
    // A pod's processor counts once it was ready for a whole span between two looks: with the pod first, the second look is enough.
    await kubectl('apply -f -', { input: others.map((object) => dump(object)).join('---\n') });
    await kubectl('rollout status deployment/api --timeout=180s');
    await kubectl('apply -f -', { input: autoscalers.map((object) => dump(object)).join('---\n') });
    await eventually('its utilization is known', async () => /^\d+%\/60%$/.test((await kubectl('get hpa api --no-headers')).split(/\s+/)[2]));
    expect(await kubectl('get hpa api -o jsonpath={.spec.behavior.scaleDown}')).toBe('{"policies":[{"periodSeconds":15,"type":"Percent","value":100}],"selectPolicy":"Max","stabilizationWindowSeconds":60}');
    expect(await kubectl('get hpa api -o jsonpath={.spec.behavior.scaleUp.policies[*].value}')).toBe('4 100');
    expect(await kubectl('get deployment api -o jsonpath={.spec.replicas}')).toBe('1');
    expect(await kubectl(['get', 'hpa', 'api', '-o', 'jsonpath={.status.conditions[*].type} {.status.conditions[*].status}'])).toMatch(/^AbleToScale ScalingActive ScalingLimited True True (True|False)$/);
  });
});
