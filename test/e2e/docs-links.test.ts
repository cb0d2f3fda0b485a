/** Every link between the pages leads to a file that is there, and to a heading that it has. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, ROOT } from './docs-examples.js';

/** A heading's anchor, as forges make it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchors = (text: string): string[] => [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading!));

describe('links', () => {
  it.each(PAGES)('of %s', (page) => {
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
