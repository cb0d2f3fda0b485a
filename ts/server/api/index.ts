/** The API of the control plane: serve it over a `Plane`, make keys for it, read its shapes. */
export type { Plane, Settled, UploadOptions } from '../control/plane.js';
export { createKey, type Identity, type Role, type StoredKey } from './keys.js';
export { openLog } from './log.js';
export { openApiDocument } from './openapi.js';
export { type ApiOptions, isLoopback } from './options.js';
export { type Api, buildApi, serveApi } from './server.js';
export { openWaitingRoom, type WaitingRoom } from './waiting-room.js';
