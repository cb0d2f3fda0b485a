/** The command that is running, as one would type it. */

/** As a shell takes it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

export function commandLine(): string {
  return ['npx', 'isotherm', ...process.argv.slice(2)].map(quoted).join(' ');
}
