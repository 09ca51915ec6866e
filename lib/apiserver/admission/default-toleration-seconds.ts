import type { AdmissionStep } from './admission-step';
import { tryCreatedPod } from './is-pod';

const SECONDS = 300;

/** A pod stays on a node that is lost for five minutes unless it says otherwise. */
export const defaultTolerationSeconds: AdmissionStep = {
  name: 'DefaultTolerationSeconds',

  admit(request) {
    const pod = tryCreatedPod(request);
    if (!pod) return;
    const tolerations = pod.spec.tolerations ?? [];
    for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
      const tolerated = tolerations.some((toleration) => (toleration.key === key || !toleration.key) && (toleration.effect === 'NoExecute' || !toleration.effect));
      if (!tolerated) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS });
    }
    if (tolerations.length > 0) pod.spec.tolerations = tolerations;
  },
};
