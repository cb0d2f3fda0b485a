/** The licences of what a bundle carries. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Puts the licence of every bundled package before the code; packages with one text share it. */
export function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        const roots = new Set(
          Object.keys(output.modules).flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []),
        );
        const byTerms = new Map<string, string[]>();
        for (const root of [...roots].sort()) {
          const { name, version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
            name: string;
            version: string;
          };
          const file = readdirSync(root).find((entry) => /^licen[cs]e/i.test(entry));
          if (file === undefined) throw new Error(`${name} has no licence file to carry over`);
          const lines = readFileSync(`${root}/${file}`, 'utf8').trim().split(/\r?\n/);
          const holder = /^Copyright .*\d{4}/.test(lines[0]!) ? `: ${lines.shift()}` : '';
          const terms = lines.join('\n').trim();
          byTerms.set(terms, [...(byTerms.get(terms) ?? []), `${name} ${version}${holder}`]);
        }
        const notices = [...byTerms].map(([terms, packages]) => `${packages.join('\n')}\n\n${terms}`);
        output.code = `/*!\n${notices.join('\n\n----\n\n').replaceAll('*/', '* /')}\n*/\n${output.code}`;
      }
    },
  };
}
