/** A folder for PGlite in which `fsync` means it. */
import { fsyncSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** Of an open file in Emscripten's file system on Node. */
interface OpenFile {
  nfd: number;
}

type Write = (file: OpenFile, buffer: Uint8Array, offset: number, length: number, position: number) => number;

interface FileOperations {
  fsync?: (file: OpenFile) => number;
  write: Write;
}

type Initialised = Awaited<ReturnType<NodeFS['init']>>;

/** Of Emscripten: input/output error. */
const EIO = 29;

/**
 * Emscripten's folder knows no `fsync` of its own: the call would succeed and do nothing, and a commit could be lost with the power. It is
 * added here; PostgreSQL must be started without `-F` and with `wal_sync_method=fsync`, because `fdatasync` never reaches a file system.
 */
export class DurableFs extends NodeFS {
  writtenBytes = 0;

  override async init(database: PGlite, options: Parameters<NodeFS['init']>[1]): Promise<Initialised> {
    const { emscriptenOpts } = await super.init(database, options);
    const install = (module: unknown): void => {
      const { stream_ops: operations } = (module as { NODEFS: { stream_ops: FileOperations } }).NODEFS;
      const write = operations.write;
      operations.write = (...call) => {
        const written = write(...call);
        this.writtenBytes += written;
        return written;
      };
      operations.fsync = ({ nfd }) => {
        try {
          fsyncSync(nfd);
          return 0;
        } catch {
          return EIO;
        }
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), install] } };
  }
}
