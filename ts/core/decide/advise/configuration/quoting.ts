/** Text of others in the languages of configurations: whatever a function is called, it stays a name. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Whether a command can take it as a name: no control characters, nothing that reads as an option. */
export const isUsableName = (name: string): boolean => name !== '' && !name.startsWith('-') && !CONTROL.test(name);

/**
 * One word of a POSIX shell.
 *
 * @example
 * shellWord("it's"); // "'it'\\''s'"
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A string of JSON, which is one of YAML too. */
export const jsonString = (text: string): string =>
  JSON.stringify(text.replace(LONE_SURROGATE, '\ufffd'))
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('\u007f', '\\u007f')
    .replace(/[\u0080-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);

/** A string of Terraform's language, which is as JSON's but for its templates. */
export const hclString = (text: string): string =>
  jsonString(text)
    .replaceAll('\\b', '\\u0008')
    .replaceAll('\\f', '\\u000c')
    .replaceAll(/[$%](?=\{)/g, '$&$&');

/** What a comment may hold: one line. */
export const inComment = (text: string): string => jsonString(text).slice(1, -1);
