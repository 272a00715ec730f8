CREATE TABLE source_cursors (
  source TEXT NOT NULL PRIMARY KEY,
  pushed TEXT NOT NULL,
  stored TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- what: received filtered duplicate accepted unconfirmed, or refused:<reason>. Only what is not 0.
CREATE TABLE ledger (
  minute INTEGER NOT NULL,
  source TEXT NOT NULL,
  what TEXT NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (minute, source, what)
) STRICT, WITHOUT ROWID;

-- The sums of ledger over all minutes, written in the same transaction; they outlive trimmed minutes.
CREATE TABLE ledger_totals (
  source TEXT NOT NULL,
  what TEXT NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (source, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE gaps (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  cause TEXT NOT NULL,
  began INTEGER NOT NULL,
  ended INTEGER,
  filled TEXT NOT NULL,
  lost INTEGER
) STRICT;
CREATE INDEX gaps_open ON gaps (source) WHERE ended IS NULL;

CREATE TABLE sources (
  name TEXT NOT NULL PRIMARY KEY,
  wanted TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '',
  last_event_at INTEGER,
  reconnects INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  json TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workers (
  id TEXT NOT NULL PRIMARY KEY,
  role TEXT NOT NULL,
  consumer_group TEXT NOT NULL,
  version TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  beat_at INTEGER NOT NULL,
  batch_size INTEGER NOT NULL,
  done INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  batch_p50_ms REAL NOT NULL,
  batch_p95_ms REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- Group persist. receipts: of the consumer's last committed batch, one a line with a hash of its entry.
CREATE TABLE worker_ledger (
  consumer TEXT NOT NULL PRIMARY KEY,
  receipts TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  erased INTEGER NOT NULL,
  duplicate INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
