/** Every link between the pages leads to a file that is there, and to a heading that it has. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './docs-examples.js';

const isPage = (name: string): boolean => name.endsWith('.md');
const pages = [
  ...readdirSync(ROOT).filter(isPage),
  ...readdirSync(join(ROOT, 'docs'))
    .filter(isPage)
    .map((name) => `docs/${name}`),
];

/** A heading's anchor, as forges make it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchors = (text: string): string[] => [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading!));

describe('links', () => {
  it.each(pages)('of %s', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8').replace(/```[\s\S]*?```/g, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to!).filter((to) => !/^https?:/.test(to));
    for (const link of links) {
      const [path, heading] = link.split('#');
      const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path!);
      expect(existsSync(file), `${page} links to ${link}`).toBe(true);
      if (heading !== undefined)
        expect(anchors(readFileSync(file, 'utf8')), `${page} links to ${link}`).toContain(heading);
    }
  });
});
