import type { Command } from './command';
import { loadArguments, manifestArgument } from './manifest-options';
import { environmentOption } from './program-options';

/** `twelve graph`: what depends on what. */
export const graph: Command = {
  name: 'graph',
  summary: 'Draw what depends on what',
  arguments: [manifestArgument],
  options: [
    { flag: '--format <format>', summary: 'mermaid (for Markdown), dot (Graphviz) or svg', choices: ['mermaid', 'dot', 'svg'], default: 'mermaid' },
    { flag: '--objects', summary: 'every object, instead of the constructs of a program' },
    environmentOption,
  ],
  examples: ['twelve graph', 'twelve graph --format svg > shop.svg', 'twelve graph deploy/ --objects'],

  async run(invocation) {
    const { options, out } = invocation;
    const [{ manifests }, { constructGraph, objectGraph }] = await Promise.all([loadArguments(invocation), import('../graph/build-graph.js')]);
    const drawn = options['objects'] ? objectGraph(manifests) : constructGraph(manifests);
    if (options['format'] === 'mermaid') {
      const { toMermaid } = await import('../graph/mermaid.js');
      return out.write(toMermaid(drawn));
    }
    const { toDot } = await import('../graph/dot.js');
    out.write(options['format'] === 'dot' ? toDot(drawn) : await toSvg(toDot(drawn)));
  },
};

async function toSvg(dot: string): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  return (await instance()).renderString(dot, { format: 'svg' });
}
