/** API keys: 256 random bits, shown once; what is kept is their SHA-256, which for that many bits needs no salt and no slowness. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export type Role = 'read' | 'write';

/** A key as it is kept. */
export interface StoredKey {
  name: string;
  role: Role;
  /** SHA-256 of the key, 64 hexadecimal digits. */
  hash: string;
  createdMs: number;
  revokedMs: number | null;
}

/** Who asks. */
export interface Identity {
  name: string;
  role: Role;
}

const PREFIX = 'isk_';
/** 32 bytes in base64url. */
const FORM = /^isk_[A-Za-z0-9_-]{43}$/;

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();

/** A new key, and what to keep of it. The key itself is nowhere else. */
export function createKey(name: string, role: Role, nowMs: number): { key: string; stored: StoredKey } {
  const key = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  return { key, stored: { name, role, hash: digest(key).toString('hex'), createdMs: nowMs, revokedMs: null } };
}

/** Whose key it is; undefined for none that is known and not revoked. Takes as long whichever it is. */
export function identify(key: string, stored: readonly StoredKey[]): Identity | undefined {
  if (!FORM.test(key)) return undefined;
  const given = digest(key);
  let found: Identity | undefined;
  for (const { name, role, hash, revokedMs } of stored) {
    const kept = Buffer.from(hash, 'hex');
    const same = kept.length === given.length && timingSafeEqual(kept, given);
    if (same && revokedMs === null) found = { name, role };
  }
  return found;
}
