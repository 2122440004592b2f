/** What fields and query parameters mean, where their schemas do not say it themselves. */
export interface FieldTexts {
  /** Names of components, or of operations for their query parameters. Without it, the texts apply everywhere. */
  readonly of?: readonly string[];
  /** By name; a field inside an unnamed object also by its path, such as `state.since`. */
  readonly texts: Readonly<Record<string, string>>;
}
