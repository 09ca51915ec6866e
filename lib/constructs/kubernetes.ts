/**
 * The plain Kubernetes objects of cdk8s-plus-28, typed. Loaded from its own file: the whole library costs four times as long to load,
 * and its higher-level defaults (1 CPU requested, read-only root file system) are not ours.
 */
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s';

export { k8s };
