/**
 * The schema of the queue and of the ledger of results, one step for each version. A step is never changed once it was published: books that were made by it
 * are out there.
 */
export const QUEUE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE results (
     output TEXT PRIMARY KEY,
     source TEXT NOT NULL,
     source_sha256 TEXT NOT NULL,
     key TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('claimed', 'done', 'failed')),
     bytes INTEGER,
     mtime_ms REAL,
     sha256 TEXT,
     width INTEGER,
     height INTEGER,
     flags TEXT NOT NULL DEFAULT '[]',
     notes TEXT NOT NULL DEFAULT '[]',
     code TEXT,
     message TEXT
   ) STRICT;
   CREATE INDEX results_by_source ON results (source);`,
  `CREATE TABLE batches (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL,
     target TEXT NOT NULL,
     settings TEXT NOT NULL,
     added_ms INTEGER NOT NULL,
     paused INTEGER NOT NULL DEFAULT 0,
     code TEXT,
     message TEXT
   ) STRICT;
   CREATE TABLE jobs (
     id INTEGER PRIMARY KEY,
     batch INTEGER NOT NULL REFERENCES batches (id),
     target TEXT NOT NULL,
     output TEXT NOT NULL,
     source TEXT NOT NULL,
     place TEXT NOT NULL,
     model TEXT NOT NULL,
     plan TEXT NOT NULL,
     params TEXT NOT NULL,
     work REAL NOT NULL,
     priority INTEGER NOT NULL,
     position REAL NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
     deaths INTEGER NOT NULL DEFAULT 0,
     tiles_done INTEGER NOT NULL DEFAULT 0,
     tiles_total INTEGER NOT NULL DEFAULT 0,
     retried INTEGER NOT NULL DEFAULT 0,
     key TEXT,
     source_sha256 TEXT,
     width INTEGER,
     height INTEGER,
     bytes INTEGER,
     sha256 TEXT,
     device TEXT,
     ms REAL,
     inference_ms REAL,
     flags TEXT NOT NULL DEFAULT '[]',
     notes TEXT NOT NULL DEFAULT '[]',
     code TEXT,
     message TEXT,
     added_ms INTEGER NOT NULL,
     started_ms INTEGER,
     ended_ms INTEGER
   ) STRICT;
   CREATE UNIQUE INDEX jobs_waiting ON jobs (target, output) WHERE state = 'queued';
   CREATE INDEX jobs_running ON jobs (target, output) WHERE state = 'running';
   CREATE INDEX jobs_to_run ON jobs (state, priority DESC, position);
   CREATE INDEX jobs_in_order ON jobs (priority DESC, position, id);
   CREATE INDEX jobs_of_batch ON jobs (batch, priority DESC, position, id);
   CREATE TABLE events (
     id INTEGER PRIMARY KEY,
     at_ms INTEGER NOT NULL,
     batch INTEGER,
     job INTEGER,
     type TEXT NOT NULL,
     detail TEXT
   ) STRICT;
   CREATE INDEX events_of_job ON events (job);
   CREATE TABLE passed_over (
     batch INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
     source TEXT NOT NULL,
     output TEXT,
     state TEXT NOT NULL CHECK (state IN ('skipped', 'failed')),
     code TEXT NOT NULL,
     message TEXT NOT NULL,
     flags TEXT NOT NULL DEFAULT '[]'
   ) STRICT;
   CREATE INDEX passed_over_of_batch ON passed_over (batch);
   CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  // Which photos are in one batch is asked for each photo that is looked at.
  "CREATE INDEX jobs_of_source ON jobs (source);",
];
