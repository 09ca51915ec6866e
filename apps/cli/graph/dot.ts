import { type Graph, type GraphNode, shapeOf } from './graph';

const SHAPES = { process: 'box', data: 'cylinder', network: 'oval', other: 'note' } as const;

/** In Graphviz' language. @see https://graphviz.org/doc/info/lang.html */
export function toDot({ nodes, edges }: Graph): string {
  const line = (node: GraphNode) => `${quote(node.id)} [label=${quote(node.kind ? `${node.kind}\n${node.name}` : node.name)}, shape=${SHAPES[shapeOf(node)]}];`;
  const groups = [...new Set(nodes.map(({ group }) => group))];
  const boxes = groups.flatMap((group, index) => {
    const inside = nodes.filter((node) => node.group === group).map(line);
    return group === undefined ? inside : [`subgraph cluster_${index} {`, `  label=${quote(group)};`, ...inside.map((text) => `  ${text}`), '}'];
  });
  return [
    'digraph {', '  rankdir=LR;', '  node [fontname="Helvetica", fontsize=11];', '  edge [fontname="Helvetica", fontsize=9];',
    ...boxes.map((text) => `  ${text}`), ...edges.map(({ from, to, label }) => `  ${quote(from)} -> ${quote(to)} [label=${quote(label)}];`), '}', '',
  ].join('\n');
}

const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
