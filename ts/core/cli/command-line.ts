/** The command that is running, as one would type it. */
import { shellWord } from '../decide/advise/configuration/quoting.js';

export const commandLine = (): string => ['npx', 'isotherm', ...process.argv.slice(2)].map(shellWord).join(' ');
