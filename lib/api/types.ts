/**
 * Kubernetes' own types (1.28 and newer fields) by the names their users know, with `metadata` always present.
 * Types only: nothing here exists at run time.
 */
import type * as admission from 'kubernetes-types/admissionregistration/v1';
import type * as apps from 'kubernetes-types/apps/v1';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2';
import type * as batch from 'kubernetes-types/batch/v1';
import type * as coordination from 'kubernetes-types/coordination/v1';
import type * as core from 'kubernetes-types/core/v1';
import type * as discovery from 'kubernetes-types/discovery/v1';
import type * as meta from 'kubernetes-types/meta/v1';
import type * as networking from 'kubernetes-types/networking/v1';
import type * as node from 'kubernetes-types/node/v1';
import type * as policy from 'kubernetes-types/policy/v1';
import type * as rbac from 'kubernetes-types/rbac/v1';
import type * as scheduling from 'kubernetes-types/scheduling/v1';
import type * as storage from 'kubernetes-types/storage/v1';

export type { admission, apps, autoscaling, batch, coordination, core, discovery, meta, networking, node, policy, rbac, scheduling, storage };

/** Any object of the API. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export type ObjectMeta = meta.ObjectMeta;
export type OwnerReference = meta.OwnerReference;
export type LabelSelector = meta.LabelSelector;
export type Labels = Readonly<Record<string, string>>;

type Kind<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & KubeObject;
type WithSpec<T extends { spec?: unknown }> = Kind<T> & { spec: NonNullable<T['spec']> };

export type ConfigMap = Kind<core.ConfigMap>;
export type Endpoints = Kind<core.Endpoints>;
export type Event = Kind<core.Event>;
export type Namespace = Kind<core.Namespace>;
export type Node = Kind<core.Node>;
export type PersistentVolume = WithSpec<core.PersistentVolume>;
export type PersistentVolumeClaim = WithSpec<core.PersistentVolumeClaim>;
export type Pod = WithSpec<core.Pod>;
export type PodSpec = core.PodSpec;
export type PodStatus = core.PodStatus;
export type PodCondition = core.PodCondition;
export type PodTemplateSpec = core.PodTemplateSpec;
export type Container = core.Container;
export type ContainerStatus = core.ContainerStatus;
export type Volume = core.Volume;
export type Secret = Kind<core.Secret>;
export type Service = WithSpec<core.Service>;
export type ServicePort = core.ServicePort;
export type ServiceAccount = Kind<core.ServiceAccount>;
export type ReplicationController = WithSpec<core.ReplicationController>;
export type ControllerRevision = Kind<apps.ControllerRevision>;
export type DaemonSet = WithSpec<apps.DaemonSet>;
export type Deployment = WithSpec<apps.Deployment>;
export type DeploymentStatus = apps.DeploymentStatus;
export type ReplicaSet = WithSpec<apps.ReplicaSet>;
export type ReplicaSetStatus = apps.ReplicaSetStatus;
export type StatefulSet = WithSpec<apps.StatefulSet>;
export type Job = WithSpec<batch.Job>;
export type CronJob = WithSpec<batch.CronJob>;
export type Lease = WithSpec<coordination.Lease>;
export type EndpointSlice = Kind<discovery.EndpointSlice>;
export type HorizontalPodAutoscaler = WithSpec<autoscaling.HorizontalPodAutoscaler>;
export type Ingress = WithSpec<networking.Ingress>;
export type NetworkPolicy = WithSpec<networking.NetworkPolicy>;
export type PodDisruptionBudget = WithSpec<policy.PodDisruptionBudget>;
export type Role = Kind<rbac.Role>;
export type RoleBinding = Kind<rbac.RoleBinding>;
export type ClusterRole = Kind<rbac.ClusterRole>;
export type ClusterRoleBinding = Kind<rbac.ClusterRoleBinding>;
export type PolicyRule = rbac.PolicyRule;
export type PriorityClass = Kind<scheduling.PriorityClass>;
export type LimitRange = Kind<core.LimitRange>;
export type ResourceQuota = Kind<core.ResourceQuota>;
export type IngressClass = Kind<networking.IngressClass>;
export type RuntimeClass = Kind<node.RuntimeClass>;
export type StorageClass = Kind<storage.StorageClass>;

/** A quantity on the wire: `100m`, `128Mi`; the server also takes plain numbers. */
export type QuantityText = string | number;
