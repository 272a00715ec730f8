-- Times are milliseconds since 1970, UTC. One row an id, tombstones included.
CREATE TABLE tweets (
  number INTEGER PRIMARY KEY,       -- joins tweet_bodies; new rows go to the end
  id TEXT NOT NULL UNIQUE,          -- serves save, contains, tweets, raw, and the walk of verify in byte order
  state INTEGER NOT NULL,           -- 0 live, 1 tombstone, 2 waits for its tweet (restored, or marked before it came)
  observed INTEGER NOT NULL,        -- greatest revision of a post seen, -1 = none
  revision INTEGER GENERATED ALWAYS AS (CASE state WHEN 0 THEN observed ELSE 1152921504606846976 END) VIRTUAL,
  created_at INTEGER NOT NULL,      -- with the four dimensions: the hour row that counts it while it is live
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  lang TEXT NOT NULL,
  sentiment TEXT NOT NULL,
  author TEXT,                      -- author id
  handle TEXT,                      -- lower case, without @
  alias TEXT,
  hidden INTEGER NOT NULL,          -- 1 = its author is hidden
  withheld TEXT NOT NULL,           -- ",DE,FR,": the countries in force, "" = none
  marked TEXT,                      -- countries of a withhold of this id, in the same form
  marked_at INTEGER,
  erased_at INTEGER,                -- newest erase and restore of this id, by the source's time
  restored_at INTEGER,
  removed_at INTEGER,
  uncounted INTEGER NOT NULL        -- 1 = made by the API; the queue entry that follows counts it as new
) STRICT;

-- Serves find in both orders, and ranges of time.
CREATE INDEX tweets_by_time ON tweets (created_at, id) WHERE state = 0;
-- Serves find by author, and erasing, hiding and scrubbing an author.
CREATE INDEX tweets_by_author ON tweets (author, created_at) WHERE author IS NOT NULL;
CREATE INDEX tweets_by_handle ON tweets (handle, created_at) WHERE handle IS NOT NULL;
-- Serves an erase that knows the alias alone.
CREATE INDEX tweets_by_alias ON tweets (alias) WHERE alias IS NOT NULL;

-- What only reading one tweet needs: kept apart so that counting walks short rows.
CREATE TABLE tweet_bodies (
  number INTEGER PRIMARY KEY,
  packed TEXT NOT NULL,             -- the one JSON form, with the analysis, without raw
  raw TEXT                          -- the payload of the newest observation
) STRICT;

-- Observations that are not the newest one; an erase removes them.
CREATE TABLE tweet_revisions (
  id TEXT NOT NULL,
  fingerprint INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  packed TEXT NOT NULL,
  PRIMARY KEY (id, fingerprint)
) STRICT, WITHOUT ROWID;

-- Edits with new ids: chain = the first id, place from 1. stated = 1: known to exist although its post was not seen.
CREATE TABLE chains (
  id TEXT NOT NULL PRIMARY KEY,
  chain TEXT NOT NULL,
  place INTEGER NOT NULL,
  stated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX chains_by_chain ON chains (chain);

-- What was said of authors; it stays when their tweets go, so that later posts are refused or hidden.
CREATE TABLE author_marks (
  author TEXT NOT NULL PRIMARY KEY,
  erased_at INTEGER,
  hidden INTEGER NOT NULL DEFAULT 0,
  hidden_at INTEGER,
  withheld TEXT,
  withheld_at INTEGER,
  scrubbed_to TEXT
) STRICT, WITHOUT ROWID;

-- Serves hourly and the roll-up; rows may reach 0 and stay.
CREATE TABLE tweet_aggregations (
  hour INTEGER NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  lang TEXT NOT NULL,
  sentiment TEXT NOT NULL,
  tweets INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (hour, source, kind, lang, sentiment)
) STRICT, WITHOUT ROWID;

-- changes: grows with every change of tweets. pings: written by ping. hours_incomplete: 1 = saved without hour rows.
-- oldest_reader: the lowest schema version whose program may still open this file.
CREATE TABLE numbers (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO numbers VALUES ('changes', 0), ('pings', 0), ('hours_incomplete', 0), ('oldest_reader', 1);
