/**
 * Node's built-in modules, where there is a Node: asked for at run time, so that no bundler follows an import to them and no
 * browser misses them.
 */

/** The built-in module, or undefined outside Node. */
export function nodeBuiltin<T extends keyof Builtins>(name: T): Builtins[T] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as Builtins[T] | undefined;
}

interface Builtins {
  'node:fs': typeof import('node:fs');
  'node:module': typeof import('node:module');
  'node:worker_threads': typeof import('node:worker_threads');
}
