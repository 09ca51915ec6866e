import type { AnyObject } from '../any-object';
import { age, at, type CellMaker, humanDuration, listAt, NONE, numberAt, since, textAt, UNKNOWN } from './values';

export const nodeCells: CellMaker = (object, now) => {
  const { metadata, spec, status } = object;
  const ready = listAt<{ readonly type: string; readonly status: string }>(status, 'conditions').find(({ type }) => type === 'Ready');
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  const address = (wanted: string) => listAt<{ readonly type: string; readonly address: string }>(status, 'addresses').find(({ type }) => type === wanted)?.address ?? NONE;
  const info = (field: string) => textAt(status, 'nodeInfo', field);
  return [
    metadata.name, at<boolean>(spec, 'unschedulable') ? `${state},SchedulingDisabled` : state, roles(object), age(object, now), info('kubeletVersion'), address('InternalIP'), address('ExternalIP'),
    info('osImage') || UNKNOWN, info('kernelVersion') || UNKNOWN, info('containerRuntimeVersion') || UNKNOWN,
  ];
};

function roles({ metadata }: AnyObject): string {
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith('node-role.kubernetes.io/')) return [key.slice('node-role.kubernetes.io/'.length)];
    return key === 'kubernetes.io/role' && value ? [value] : [];
  });
  return [...new Set(found)].sort().join(',') || NONE;
}

export const namespaceCells: CellMaker = (object, now) => [object.metadata.name, textAt(object.status, 'phase'), age(object, now)];

export const quotaCells: CellMaker = (object, now) => {
  const hard = at<Readonly<Record<string, string>>>(object.status, 'hard') ?? {};
  const lines = Object.keys(hard).sort().map((name) => ({ limit: name.startsWith('limits.'), text: `${name}: ${textAt(object.status, 'used', name) || '0'}/${hard[name]}` }));
  const shown = (limit: boolean) => lines.filter((line) => line.limit === limit).map(({ text }) => text).join(', ');
  return [object.metadata.name, age(object, now), shown(false), shown(true)];
};

export const eventCells: CellMaker = (object, now) => {
  const event = (core: string, newer: string) => at<unknown>(object, core) ?? at<unknown>(object, newer);
  const first = event('firstTimestamp', 'deprecatedFirstTimestamp') ?? object.eventTime;
  const last = event('lastTimestamp', 'deprecatedLastTimestamp') ?? first;
  const involved = event('involvedObject', 'regarding');
  const series = at<{ readonly count?: number; readonly lastObservedTime?: string }>(object, 'series');
  const count = series?.count ?? ((event('count', 'deprecatedCount') as number | undefined) || 1);
  const kind = textAt(involved, 'kind').toLowerCase();
  const name = textAt(involved, 'name');
  return [
    since(series?.lastObservedTime ?? last, now), textAt(object, 'type'), textAt(object, 'reason'), name ? `${kind}/${name}` : kind, textAt(involved, 'fieldPath'),
    source(object), String(event('message', 'note') ?? '').trim(), since(first, now), count, object.metadata.name,
  ];
};

function source(object: AnyObject): string {
  const given = at(object, 'source') ?? at(object, 'deprecatedSource');
  const component = textAt(given, 'component') || textAt(object, 'reportingComponent') || textAt(object, 'reportingController');
  const host = textAt(given, 'host') || textAt(object, 'reportingInstance');
  return host ? `${component}, ${host}` : component;
}

export const signingRequestCells: CellMaker = (object, now) => {
  const conditions = listAt<{ readonly type: string }>(object.status, 'conditions').map(({ type }) => type);
  const state = ['Approved', 'Denied', 'Failed'].filter((type) => conditions.includes(type));
  const issued = textAt(object.status, 'certificate') !== '' ? ['Issued'] : [];
  const seconds = at<number>(object.spec, 'expirationSeconds');
  return [
    object.metadata.name, age(object, now), textAt(object.spec, 'signerName') || NONE, textAt(object.spec, 'username'), seconds === undefined ? NONE : humanDuration(seconds * 1000),
    state.length > 0 ? [...state, ...issued].join(',') : 'Pending',
  ];
};

export const priorityClassCells: CellMaker = (object, now) => [object.metadata.name, numberAt(object, 'value'), at<boolean>(object, 'globalDefault') ?? false, age(object, now)];
export const runtimeClassCells: CellMaker = (object, now) => [object.metadata.name, textAt(object, 'handler'), age(object, now)];
export const leaseCells: CellMaker = (object, now) => [object.metadata.name, textAt(object.spec, 'holderIdentity'), age(object, now)];
export const webhookCells: CellMaker = (object, now) => [object.metadata.name, listAt(object, 'webhooks').length, age(object, now)];

export const apiServiceCells: CellMaker = (object, now) => {
  const service = at<{ readonly namespace: string; readonly name: string }>(object.spec, 'service');
  const available = listAt<{ readonly type: string; readonly status: string; readonly reason?: string }>(object.status, 'conditions').find(({ type }) => type === 'Available');
  const shown = available ? (available.status === 'True' ? 'True' : `${available.status} (${available.reason ?? ''})`) : 'Unknown';
  return [object.metadata.name, service ? `${service.namespace}/${service.name}` : 'Local', shown, age(object, now)];
};

export const flowSchemaCells: CellMaker = (object, now) => {
  const dangling = listAt<{ readonly type: string; readonly status: string }>(object.status, 'conditions').find(({ type }) => type === 'Dangling')?.status ?? '?';
  return [
    object.metadata.name, textAt(object.spec, 'priorityLevelConfiguration', 'name'), numberAt(object.spec, 'matchingPrecedence'), textAt(object.spec, 'distinguisherMethod', 'type') || NONE, age(object, now), dangling,
  ];
};

export const priorityLevelCells: CellMaker = (object, now) => {
  const limited = at(object.spec, 'limited');
  const queuing = at(limited, 'limitResponse', 'queuing');
  const shown = (field: string) => (queuing ? numberAt(queuing, field) : NONE);
  const shares = at<number>(limited, 'nominalConcurrencyShares') ?? at<number>(limited, 'assuredConcurrencyShares') ?? NONE;
  return [object.metadata.name, textAt(object.spec, 'type'), shares, shown('queues'), shown('handSize'), shown('queueLengthLimit'), age(object, now)];
};
