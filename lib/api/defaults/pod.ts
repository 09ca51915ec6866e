import type { Container, Pod, PodSpec, core } from '../types';
import { defaultVolume } from './volume';
import { roundResources } from './quantities';
import { setDefault, setIfEmpty } from './set-default';

/** Of a Pod itself, besides what every pod template gets. */
export function defaultPod(pod: Pod): void {
  setDefault(pod.spec, 'enableServiceLinks', true);
  for (const container of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) requestLimits(container);
  if (pod.spec.hostNetwork) hostPorts(pod.spec);
  defaultPodSpec(pod.spec);
}

/** A container that only limits a resource also requests that much. */
function requestLimits(container: Container): void {
  const { limits } = container.resources ?? {};
  if (!limits) return;
  container.resources = { ...container.resources, limits, requests: { ...limits, ...container.resources?.requests } };
}

function hostPorts(spec: PodSpec): void {
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    for (const port of container.ports ?? []) setIfEmpty(port, 'hostPort', port.containerPort);
  }
}

export function defaultPodSpec(spec: PodSpec | undefined): void {
  if (!spec) return;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])]) defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  roundResources(spec.overhead);
  setIfEmpty(spec, 'serviceAccountName', spec.serviceAccount);
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  else delete spec.serviceAccountName;
  setIfEmpty(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  setIfEmpty(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'securityContext', {});
  setIfEmpty(spec, 'schedulerName', 'default-scheduler');
}

function defaultContainer(container: Container | core.EphemeralContainer): void {
  for (const port of container.ports ?? []) setIfEmpty(port, 'protocol', 'TCP');
  for (const variable of container.env ?? []) if (variable.valueFrom?.fieldRef) setIfEmpty(variable.valueFrom.fieldRef, 'apiVersion', 'v1');
  roundResources(container.resources?.limits);
  roundResources(container.resources?.requests);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe);
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (handler?.httpGet) defaultHttpGet(handler.httpGet);
  setIfEmpty(container, 'terminationMessagePath', '/dev/termination-log');
  setIfEmpty(container, 'terminationMessagePolicy', 'File');
  setIfEmpty(container, 'imagePullPolicy', isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent');
}

function defaultProbe(probe: core.Probe): void {
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) setDefault(probe.grpc, 'service', '');
  setIfEmpty(probe, 'timeoutSeconds', 1);
  setIfEmpty(probe, 'periodSeconds', 10);
  setIfEmpty(probe, 'successThreshold', 1);
  setIfEmpty(probe, 'failureThreshold', 3);
}

function defaultHttpGet(action: core.HTTPGetAction): void {
  setIfEmpty(action, 'path', '/');
  setIfEmpty(action, 'scheme', 'HTTP');
}

/** An image reference that names `latest`, or neither a tag nor a digest. What is no reference at all counts as tagged. */
function isLatest(image: string): boolean {
  const match = /^((?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/.exec(image);
  if (!match) return false;
  return match[2] === 'latest' || (match[2] === undefined && match[3] === undefined);
}
