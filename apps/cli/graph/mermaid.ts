import { type Graph, type GraphNode, shapeOf } from './graph';

const BRACKETS = { process: ['[', ']'], data: ['[(', ')]'], network: ['([', '])'], other: ['[/', '/]'] } as const;

/** As a Mermaid flowchart, which GitHub and GitLab draw in Markdown. @see https://mermaid.js.org/syntax/flowchart.html */
export function toMermaid({ nodes, edges }: Graph): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const line = (node: GraphNode) => {
    const [open, close] = BRACKETS[shapeOf(node)];
    return `${ids.get(node.id)}${open}"${escape(node.kind ? `${node.kind} ${node.name}` : node.name)}"${close}`;
  };
  const groups = [...new Set(nodes.map(({ group }) => group))];
  const boxes = groups.flatMap((group, index) => {
    const inside = nodes.filter((node) => node.group === group).map(line);
    return group === undefined ? inside : [`subgraph g${index}["${escape(group)}"]`, ...inside.map((text) => `  ${text}`), 'end'];
  });
  return ['flowchart LR', ...boxes.map((text) => `  ${text}`), ...edges.map(({ from, to, label }) => `  ${ids.get(from)} -->|${escape(label)}| ${ids.get(to)}`), ''].join('\n');
}

const escape = (text: string) => text.replaceAll('"', '#quot;');
