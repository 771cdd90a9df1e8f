/** The part of npm's option definitions that is used here; their own package has no types for it. */
declare module "@npmcli/config/lib/definitions/index.js" {
  const definitions: {
    readonly definitions: Record<string, never>;
    readonly shorthands: Record<string, string[]>;
    readonly flatten: (data: Record<string, unknown>, flat?: Record<string, unknown>) => Record<string, unknown>;
  };
  export default definitions;
}
