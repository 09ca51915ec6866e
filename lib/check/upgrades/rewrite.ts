/** An object as it is read here: whatever its manifest says. */
export type AnyFields = Readonly<Record<string, unknown>>;

/** The object in the words of the newer version, apart from apiVersion; undefined where only a person can tell what is meant. */
export type Rewrite = (object: AnyFields) => AnyFields | undefined;

export const fieldsOf = (value: unknown): AnyFields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as AnyFields : {});
export const listOf = (value: unknown): readonly AnyFields[] => (Array.isArray(value) ? value as readonly AnyFields[] : []);
