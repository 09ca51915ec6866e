import type { Plugin } from '../plugin';

const MINIMUM = 23 * 2 ** 20;
const MAXIMUM_PER_CONTAINER = 1000 * 2 ** 20;

/** A node that has the images already starts the pod sooner. */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  prepare({ spec }, { state }) {
    const images = spec.containers.map(({ image = '' }) => normalized(image));
    const nodes = state.nodes.length;
    // An image that few nodes have counts less, or all pods would pile up there.
    const spread = images.map((image) => state.nodes.filter((node) => node.images.has(image)).length / Math.max(1, nodes));
    return {
      score({ images: present }) {
        const size = images.reduce((sum, image, i) => sum + (present.get(image) ?? 0) * spread[i], 0);
        const maximum = MAXIMUM_PER_CONTAINER * images.length;
        return Math.floor((100 * (Math.min(Math.max(size, MINIMUM), maximum) - MINIMUM)) / (maximum - MINIMUM));
      },
    };
  },
};

const normalized = (image: string) => (/:[^/]+$|@/.test(image) ? image : `${image}:latest`);
