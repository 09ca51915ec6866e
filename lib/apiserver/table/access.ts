import { age, at, type CellMaker, listAt, textAt } from './values';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export const bindingCells: CellMaker = (object, now) => {
  const subjects = listAt<Subject>(object, 'subjects');
  const named = (kind: string) => subjects.filter((subject) => subject.kind === kind).map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name)).join(', ');
  return [object.metadata.name, `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`, age(object, now), named('User'), named('Group'), named('ServiceAccount')];
};

const count = (value: unknown) => Object.keys(value ?? {}).length;

export const configMapCells: CellMaker = (object, now) => [object.metadata.name, count(at(object, 'data')) + count(at(object, 'binaryData')), age(object, now)];
export const secretCells: CellMaker = (object, now) => [object.metadata.name, textAt(object, 'type'), count(at(object, 'data')), age(object, now)];
export const serviceAccountCells: CellMaker = (object, now) => [object.metadata.name, listAt(object, 'secrets').length, age(object, now)];
