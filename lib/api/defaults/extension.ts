import type { admission } from '../types';
import { setDefault, setIfEmpty } from './set-default';

interface ServicePortReference {
  port?: number;
}

const HTTPS = 443;

export function defaultWebhooks({ webhooks }: admission.MutatingWebhookConfiguration | admission.ValidatingWebhookConfiguration, mutating: boolean): void {
  for (const webhook of webhooks ?? []) {
    if (webhook.clientConfig.service) setDefault(webhook.clientConfig.service, 'port', HTTPS);
    for (const rule of webhook.rules ?? []) setDefault(rule as { scope?: string }, 'scope', '*');
    setDefault(webhook, 'failurePolicy', 'Fail');
    setDefault(webhook, 'matchPolicy', 'Equivalent');
    setDefault(webhook, 'namespaceSelector', {});
    setDefault(webhook, 'objectSelector', {});
    setDefault(webhook, 'timeoutSeconds', 10);
    if (mutating) setDefault(webhook as admission.MutatingWebhook, 'reinvocationPolicy', 'Never');
  }
}

interface CustomResourceDefinition {
  readonly spec: {
    readonly names: { kind?: string; singular?: string; listKind?: string };
    readonly versions?: readonly { readonly name: string; readonly storage?: boolean }[] | null;
    conversion?: { strategy?: string; readonly webhook?: { readonly clientConfig?: { readonly service?: ServicePortReference } } };
  };
  status?: { storedVersions?: string[] };
}

export function defaultCustomResourceDefinition(definition: CustomResourceDefinition): void {
  const { names, versions } = definition.spec;
  setIfEmpty(names, 'singular', (names.kind ?? '').toLowerCase());
  if (names.kind) setIfEmpty(names, 'listKind', `${names.kind}List`);
  const conversion = (definition.spec.conversion ??= {});
  setIfEmpty(conversion, 'strategy', 'None');
  const service = conversion.webhook?.clientConfig?.service;
  if (service) setDefault(service, 'port', HTTPS);
  const status = (definition.status ??= {});
  if (!status.storedVersions?.length) status.storedVersions = (versions ?? []).filter(({ storage }) => storage).slice(0, 1).map(({ name }) => name);
}

export function defaultApiService({ spec }: { readonly spec: { readonly service?: ServicePortReference } }): void {
  if (spec.service) setDefault(spec.service, 'port', HTTPS);
}

interface PriorityLevel {
  readonly spec: {
    readonly exempt?: { nominalConcurrencyShares?: number; lendablePercent?: number };
    readonly limited?: {
      nominalConcurrencyShares?: number; assuredConcurrencyShares?: number; lendablePercent?: number;
      readonly limitResponse?: { readonly queuing?: { handSize?: number; queues?: number; queueLengthLimit?: number } };
    };
  };
}

export function defaultPriorityLevel({ spec: { exempt, limited } }: PriorityLevel, version: string): void {
  if (exempt) {
    setDefault(exempt, 'nominalConcurrencyShares', 0);
    setDefault(exempt, 'lendablePercent', 0);
  }
  if (!limited) return;
  setIfEmpty(limited, version === 'v1beta2' ? 'assuredConcurrencyShares' : 'nominalConcurrencyShares', 30);
  setDefault(limited, 'lendablePercent', 0);
  const queuing = limited.limitResponse?.queuing;
  if (!queuing) return;
  setIfEmpty(queuing, 'queues', 64);
  setIfEmpty(queuing, 'handSize', 8);
  setIfEmpty(queuing, 'queueLengthLimit', 50);
}
