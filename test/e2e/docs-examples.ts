/** Finds the code in pages and docstrings, and turns what it claims (`// value` behind an expression) into checks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = join(ROOT, 'ts/core');

const pagesIn = (folder: string): string[] => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md'));

/** Every page, by its path in the repository. */
export const PAGES: readonly string[] = [...pagesIn('.'), ...pagesIn('docs').map((name) => `docs/${name}`)];

export interface Block {
  /** `docs/library.md:12`: where the code stands. */
  place: string;
  /** The words after the fence: language, then a file's name where the block is a file. */
  info: readonly string[];
  lines: readonly string[];
}

/** The fenced blocks of a page. */
export function fencedBlocks(page: string): Block[] {
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
  const blocks: Block[] = [];
  let open: { at: number; info: string[] } | undefined;
  lines.forEach((line, i) => {
    if (!line.startsWith('```')) return;
    if (open === undefined) open = { at: i, info: line.slice(3).trim().split(/\s+/) };
    else {
      blocks.push({ place: `${page}:${open.at + 2}`, info: open.info, lines: lines.slice(open.at + 1, i) });
      open = undefined;
    }
  });
  return blocks;
}

/** The blocks of a page that are files, by name: those whose fence names one behind the language. */
export function filesOf(page: string): Record<string, string> {
  const named = fencedBlocks(page).filter(({ info }) => info.length === 2);
  return Object.fromEntries(named.map(({ info, lines }) => [info[1]!, `${lines.join('\n')}\n`]));
}

export interface Example extends Block {
  /** What the docstring belongs to: an exported name, or `Class.method` of one. */
  name: string;
}

const DOCSTRING =
  /\/\*\*((?:(?!\*\/)[\s\S])*?@example(?:(?!\*\/)[\s\S])*?)\*\/\s*export\s+(?:[a-z]+\s+)*?(?:function\*?|class|const|interface|type)\s+(\w+)/g;

const METHOD =
  /^ +\/\*\*((?:(?!\*\/)[\s\S])*?@example(?:(?!\*\/)[\s\S])*?)\*\/\s*(?:(?:static|async|get|readonly) )*(\w+)\??\s*[(<:]/gm;
const OWNER = /^export (?:abstract )?(?:class|interface) (\w+)/gm;

interface Found {
  /** Where the docstring begins. */
  index: number;
  text: string;
  name: string;
}

/** The docstrings with an example of a file, before its exported declarations and within its classes. */
function documented(text: string): Found[] {
  const owners = [...text.matchAll(OWNER)];
  const declared = [...text.matchAll(DOCSTRING)].map(({ 0: whole, 1: inner, 2: name, index }): Found => {
    return { index: index + whole.indexOf('@example'), text: inner!, name: name! };
  });
  const methods = [...text.matchAll(METHOD)].map(({ 0: whole, 1: inner, 2: name, index }): Found => {
    const owner = owners.findLast((one) => one.index < index)?.[1];
    return { index: index + whole.indexOf('@example'), text: inner!, name: `${owner}.${name}` };
  });
  return [...declared, ...methods];
}

/** The `@example` of every exported declaration of the library's sources, and of the methods of its classes. */
export function docstringExamples(): Example[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !/(^|[\\/])(dist|node_modules)[\\/]/.test(name),
    )
    .sort();
  return files.flatMap((name) => {
    const text = readFileSync(join(SOURCES, name), 'utf8');
    return documented(text).map((one): Example => {
      const before = text.slice(0, one.index);
      const lines = one.text
        .split('@example')[1]!
        .split('\n')
        .slice(1, -1)
        .map((line) => line.replace(/^\s*\* ?/, ''));
      const place = `${relative(ROOT, join(SOURCES, name))}:${before.split('\n').length + 1}`;
      return { place, info: ['ts'], lines, name: one.name };
    });
  });
}

/** A comment that begins like a value is a claim; another one is a remark. */
const CLAIM = /^(?:[{['"`]|-?\d|(?:true|false|null|undefined|NaN|-?Infinity)\b)/;
const TRAILING = /^(.*?)\s*\/\/ (.*)$/;

/** Whether every bracket that the text opens is closed in it; strings count as one piece. */
function isWhole(text: string): boolean {
  let depth = 0;
  for (const [piece] of text.matchAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\/\/.*|[([{]|[)\]}]/g)) {
    if (/^[([{]$/.test(piece)) depth++;
    else if (/^[)\]}]$/.test(piece)) depth--;
  }
  return depth === 0;
}

/** The statement with a check of what stands behind it: an expression's value, a constant's, or what is printed. */
function checked(statement: string, claim: string): string {
  const constant = /^const (\w+)\b/.exec(statement);
  if (constant !== null) return `${statement}\nclaim(${constant[1]}, ${claim});`;
  const expression = statement.replace(/;$/, '');
  const printed = /^console\.log\(([\s\S]*)\)$/.exec(expression);
  return `claim(${printed?.[1] ?? expression}, ${claim});`;
}

/** The code with its claims as calls of `claim(value, expected)`. A claim stands behind its statement or on the line below. */
export function withClaims(lines: readonly string[]): string {
  const out: string[] = [];
  let statement: string[] = [];
  /** The last whole statement, where it has no claim yet. */
  let last: number | undefined;
  for (const line of lines) {
    const comment = /^\/\/ (.*)$/.exec(line);
    if (comment !== null && statement.length === 0) {
      if (CLAIM.test(comment[1]!)) {
        if (last === undefined) throw new Error(`no statement before the claim: ${line}`);
        out[last] = checked(out[last]!, comment[1]!);
        last = undefined;
      } else out.push(line);
      continue;
    }
    const trailing = TRAILING.exec(line);
    const claimed = trailing !== null && CLAIM.test(trailing[2]!) && isWhole(trailing[1]!) ? trailing : undefined;
    statement.push(claimed?.[1] ?? line);
    const text = statement.join('\n');
    if (!isWhole(text)) continue;
    out.push(claimed === undefined ? text : checked(text, claimed[2]!));
    last = claimed === undefined ? out.length - 1 : undefined;
    statement = [];
  }
  return [...out, ...statement].join('\n');
}
