import type { FieldErrors } from './field-errors';

export interface Column {
  readonly name?: string;
  readonly type?: string;
  readonly format?: string;
  readonly jsonPath?: string;
}

export interface Scale {
  readonly specReplicasPath?: string;
  readonly statusReplicasPath?: string;
  readonly labelSelectorPath?: string;
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

export function validateColumns(errors: FieldErrors, path: string, columns: readonly Column[] | undefined): void {
  columns?.forEach(({ name, type, jsonPath }, index) => {
    const at = `${path}[${index}]`;
    if (!name) errors.required(`${at}.name`);
    if (!type) errors.required(`${at}.type`, `must be one of ${COLUMN_TYPES.join(',')}`);
    else if (!COLUMN_TYPES.includes(type)) errors.invalid(`${at}.type`, type, `must be one of ${COLUMN_TYPES.join(',')}`);
    if (!jsonPath) errors.required(`${at}.JSONPath`);
    else if (!jsonPath.startsWith('.')) errors.invalid(`${at}.JSONPath`, jsonPath, 'must be a simple json path starting with .');
  });
}

export function validateScale(errors: FieldErrors, path: string, { specReplicasPath, statusReplicasPath, labelSelectorPath }: Scale): void {
  validatePath(errors, `${path}.specReplicasPath`, specReplicasPath, '.spec');
  validatePath(errors, `${path}.statusReplicasPath`, statusReplicasPath, '.status');
  if (!labelSelectorPath) return;
  const field = `${path}.labelSelectorPath`;
  if (!labelSelectorPath.startsWith('.')) errors.invalid(field, labelSelectorPath, 'must be a simple json path starting with .');
  else if (!/^\.(spec|status)\./.test(labelSelectorPath)) errors.invalid(field, labelSelectorPath, 'should be a json path under either .spec or .status');
}

function validatePath(errors: FieldErrors, field: string, value: string | undefined, under: string): void {
  if (!value) return errors.required(field);
  if (!value.startsWith('.')) errors.invalid(field, value, 'must be a simple json path starting with .');
  else if (!value.startsWith(`${under}.`)) errors.invalid(field, value, `should be a json path under ${under}`);
}
