import Database from 'libsql';
import type { BackendOptions, Entry } from './backend';
import type { Change } from './history';
import { MemoryBackend, type Persistence } from './memory';

/**
 * The durable store: the semantics of `memory.ts`, every batch of writes one SQLite transaction with `synchronous=FULL` in WAL mode, so an acknowledged
 * write survives a crash of the process and of the machine. Reads never touch the file. History is not kept over a restart: a watch from before it answers Expired.
 */
export function openSqliteBackend<V>(file: string, options: BackendOptions<V> = {}): MemoryBackend<V> {
  const database = openDatabase(file);
  const rows = database.prepare('SELECT key, value, revision FROM entries').all() as { key: string; value: string; revision: number }[];
  const { revision } = database.prepare('SELECT revision FROM state').get() as { revision: number };
  const entries = rows.map((row): Entry<V> => ({ key: row.key, value: JSON.parse(row.value) as V, revision: row.revision }));
  return new MemoryBackend(options, { entries, revision }, new SqlitePersistence(database));
}

function openDatabase(file: string): Database.Database {
  try {
    const database = new Database(file);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec(`
      CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS state (revision INTEGER NOT NULL);
      INSERT INTO state SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM state);
    `);
    return database;
  } catch (error) {
    throw new Error(`the store ${file} cannot be opened; check the disk and the file's owner, or remove the data directory to start empty`, { cause: error });
  }
}

class SqlitePersistence<V> implements Persistence<V> {
  private readonly write: (batch: readonly Change<V>[]) => void;

  constructor(private readonly database: Database.Database) {
    const put = database.prepare('INSERT INTO entries (key, value, revision) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = excluded.revision');
    const remove = database.prepare('DELETE FROM entries WHERE key = ?');
    const advance = database.prepare('UPDATE state SET revision = ?');
    this.write = database.transaction((batch: readonly Change<V>[]) => {
      for (const { key, after, revision } of batch) {
        if (after) put.run(key, JSON.stringify(after.value), revision);
        else remove.run(key);
      }
      advance.run(batch[batch.length - 1].revision);
    }) as (batch: readonly Change<V>[]) => void;
  }

  persist(batch: readonly Change<V>[]): void {
    this.write(batch);
  }

  close(): void {
    this.database.close();
  }
}
