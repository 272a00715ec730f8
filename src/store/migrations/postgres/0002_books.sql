CREATE TABLE source_cursors (
  source text COLLATE "C" PRIMARY KEY,  -- serves all reads and writes of one cursor
  pushed text NOT NULL,
  stored text NOT NULL
);

-- what: received filtered duplicate accepted unconfirmed, or refused:<reason>. Only what is not 0.
CREATE TABLE ledger (
  minute timestamptz NOT NULL,
  source text COLLATE "C" NOT NULL,
  what text COLLATE "C" NOT NULL,
  lines bigint NOT NULL,
  PRIMARY KEY (minute, source, what)    -- serves adding to a minute, and ranges of minutes
);

-- The sums of ledger over all minutes, written in the same transaction; they outlive trimmed minutes.
CREATE TABLE ledger_totals (
  source text COLLATE "C" NOT NULL,
  what text COLLATE "C" NOT NULL,
  lines bigint NOT NULL,
  PRIMARY KEY (source, what)            -- serves adding to a source
);

CREATE TABLE gaps (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- serves the order of gaps that began at once
  source text COLLATE "C" NOT NULL,
  cause text NOT NULL,
  began timestamptz NOT NULL,
  ended timestamptz,
  filled text NOT NULL,
  lost bigint
);
-- Serves opening and closing: a source is in one open gap at a time.
CREATE UNIQUE INDEX gaps_open ON gaps (source) WHERE ended IS NULL;

CREATE TABLE sources (
  name text COLLATE "C" PRIMARY KEY,    -- serves setting one source's state, and the list in order
  wanted text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT '',
  detail text NOT NULL DEFAULT '',
  last_event_at timestamptz,
  reconnects bigint NOT NULL DEFAULT 0
);

CREATE TABLE settings (
  name text PRIMARY KEY,                -- serves reading and setting one
  json text NOT NULL
);

CREATE TABLE workers (
  id text COLLATE "C" PRIMARY KEY,      -- serves a heartbeat, and the list in order
  role text NOT NULL,
  consumer_group text NOT NULL,
  version text NOT NULL,
  started_at timestamptz NOT NULL,
  beat_at timestamptz NOT NULL,
  batch_size bigint NOT NULL,
  done bigint NOT NULL,
  failed bigint NOT NULL,
  batch_p50_ms float8 NOT NULL,
  batch_p95_ms float8 NOT NULL
);

-- Group persist. receipts: of the consumer's last committed batch, one a line with a hash of its entry.
CREATE TABLE worker_ledger (
  consumer text COLLATE "C" PRIMARY KEY,  -- serves save
  receipts text NOT NULL,
  created bigint NOT NULL,
  changed bigint NOT NULL,
  erased bigint NOT NULL,
  duplicate bigint NOT NULL
);
-- Written with every batch: packing it costs more than it saves.
ALTER TABLE worker_ledger ALTER COLUMN receipts SET STORAGE EXTERNAL;
