/** What kube-score finds in one of the recorded files, by a check that has a rule here, and that rule does not. */
export interface Difference {
  readonly file: string;
  /** `Deployment web` */
  readonly objects: readonly string[];
  readonly check: string;
  /** @see LinterCheck.says */
  readonly says?: string;
  readonly why: string;
}

export const differences: readonly Difference[] = [
  { file: 'guestbook.yaml', objects: ['Deployment redis-leader'], check: 'deployment-replicas', why: 'The leader of a Redis is one. Nothing outside reaches it.' },
  { file: 'guestbook.yaml', objects: ['Deployment redis-leader'], check: 'deployment-has-poddisruptionbudget', why: 'One copy: a budget would only block drains.' },
  { file: 'wordpress.yaml', objects: ['Deployment wordpress-db'], check: 'deployment-replicas', why: 'One database with one volume.' },
  { file: 'wordpress.yaml', objects: ['Deployment wordpress-db'], check: 'deployment-strategy', why: 'Recreate is right: two servers on one volume would destroy the data.' },
  { file: 'wordpress.yaml', objects: ['Deployment wordpress-db'], check: 'deployment-has-poddisruptionbudget', why: 'One copy: a budget would only block drains.' },
  { file: 'edge.yaml', objects: ['HorizontalPodAutoscaler api'], check: 'horizontalpodautoscaler-replicas', why: 'minReplicas: 1 is written.' },
  { file: 'edge.yaml', objects: ['Deployment api'], check: 'deployment-has-poddisruptionbudget', why: 'It may go down to one copy: a budget would then block drains.' },
  { file: 'blog.yaml', objects: ['Deployment blog-db', 'Deployment blog-web'], check: 'container-resources', says: 'Memory limit', why: 'The profile standard requests memory and bounds nothing: a guessed limit would end healthy processes. `resources` sets one.' },
  { file: 'blog.yaml', objects: ['Deployment blog-db'], check: 'deployment-replicas', why: 'One database with one volume.' },
  { file: 'blog.yaml', objects: ['Deployment blog-db'], check: 'deployment-strategy', why: 'Recreate is right: two servers on one volume would destroy the data.' },
  { file: 'blog.yaml', objects: ['Deployment blog-db'], check: 'pod-probes-identical', why: 'The same question, but the liveness probe waits four times as long.' },
];
