/**
 * Replaces `$(NAME)`; `$$` is a dollar sign that starts nothing, and a name that is not known stays as it is written.
 * Follows third_party/forked/golang/expansion of Kubernetes. Pure.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, escaped: string, name: string | undefined) => {
    if (escaped === '$') return '$';
    return lookup(name ?? '') ?? whole;
  });
}
