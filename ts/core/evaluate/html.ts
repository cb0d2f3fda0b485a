/** Text of others in HTML. */

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it stands between tags and in quoted attributes. */
export function text(raw: string): string {
  return raw.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
