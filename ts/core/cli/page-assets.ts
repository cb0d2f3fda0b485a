/** The built report page, which lies beside the compiled code. */
import { readFile } from 'node:fs/promises';
import type { PageAssets } from '../evaluate/index.js';

export async function loadPageAssets(): Promise<PageAssets> {
  const asset = (name: string) => readFile(new URL(`../evaluate/page/${name}`, import.meta.url), 'utf8');
  const [script, style] = await Promise.all([asset('page.js'), asset('page.css')]);
  return { script, style };
}
