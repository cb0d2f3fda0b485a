/** Names in the folder of an embedded store. */
export const DATA = 'data';
/** A database half made: of a process that ended meanwhile. */
export const UNFINISHED = 'data.new';
export const LOCK = 'lock';
