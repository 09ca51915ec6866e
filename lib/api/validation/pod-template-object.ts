import type { core, KubeObject } from '../types';
import { validateObjectMeta, validateObjectMetaUpdate } from './metadata';
import { isDns1123Subdomain } from './names';
import { validatePodTemplate } from './pod-template';
import type { Validator } from './validator';

type PodTemplate = KubeObject & Pick<core.PodTemplate, 'template'>;

export const podTemplate: Validator<PodTemplate> = {
  validate(object, errors) {
    validateObjectMeta(errors, object.metadata, isDns1123Subdomain);
    validatePodTemplate(errors, 'template', object.template);
  },

  validateUpdate(object, old, errors) {
    validateObjectMetaUpdate(errors, object.metadata, old.metadata);
    validatePodTemplate(errors, 'template', object.template);
  },
};
