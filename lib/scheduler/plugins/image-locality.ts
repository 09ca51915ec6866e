import type { Plugin } from '../plugin';

const MINIMUM = 23 * 2 ** 20;
const MAXIMUM_PER_CONTAINER = 1000 * 2 ** 20;

/** A node that has the images already starts the pod sooner. */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  prepare({ spec }, { state }) {
    // An image that few nodes have counts less, or all pods would pile up there.
    const images = spec.containers.map(({ image = '' }) => normalized(image)).map((image) => ({ image, spread: state.nodesWithImage(image) / Math.max(1, state.nodes.length) }));
    if (images.every(({ spread }) => spread === 0)) return undefined;
    const maximum = MAXIMUM_PER_CONTAINER * images.length;
    return {
      score: (nodes) => nodes.map(({ images: present }) => {
        const size = images.reduce((sum, { image, spread }) => sum + Math.floor((present.get(image) ?? 0) * spread), 0);
        return Math.floor((100 * (Math.min(Math.max(size, MINIMUM), maximum) - MINIMUM)) / (maximum - MINIMUM));
      }),
    };
  },
};

const normalized = (image: string) => (/:[^/]+$|@/.test(image) ? image : `${image}:latest`);
