const BEGIN = '<!-- The YAML of the first example, written by `npm run docs`. -->';

/**
 * Puts the YAML of a page's first example at its end, in place of what was put there before. Pure.
 * @param yaml what the example synthesizes
 */
export function insertYaml(page: string, yaml: string): string {
  const begin = page.indexOf(BEGIN);
  const own = (begin < 0 ? page : page.slice(0, begin)).trimEnd();
  return `${own}\n\n${BEGIN}\n<details><summary>The YAML of the first example</summary>\n\n\`\`\`yaml\n${yaml.trim()}\n\`\`\`\n\n</details>\n`;
}

/** The first TypeScript example of a page, or undefined. */
export const tryFirstExample = (page: string): string | undefined => /```ts\n(.*?)```/s.exec(page)?.[1];
