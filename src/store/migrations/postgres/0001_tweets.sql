-- Times are UTC. One row an id, tombstones included; ids in the order of their bytes.
CREATE TABLE tweets (
  id text COLLATE "C" PRIMARY KEY,  -- serves save, contains, tweets, raw, and the walk of verify in byte order
  state smallint NOT NULL,          -- 0 live, 1 tombstone, 2 waits for its tweet (restored, or marked before it came)
  observed bigint NOT NULL,         -- greatest revision of a post seen, -1 = none
  created_at timestamptz NOT NULL,  -- with the four dimensions: the hour row that counts it while it is live
  source text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  lang text COLLATE "C" NOT NULL,
  sentiment text COLLATE "C" NOT NULL,
  author text COLLATE "C",          -- author id
  handle text COLLATE "C",          -- lower case, without @
  alias text COLLATE "C",
  hidden boolean NOT NULL,          -- its author is hidden
  withheld text NOT NULL,           -- ',DE,FR,': the countries in force, '' = none
  marked text,                      -- countries of a withhold of this id, in the same form
  marked_at timestamptz,
  erased_at timestamptz,            -- newest erase and restore of this id, by the source's time
  restored_at timestamptz,
  removed_at timestamptz,
  uncounted boolean NOT NULL,       -- made by the API; the queue entry that follows counts it as new
  packed text,                      -- the one JSON form, with the analysis, without raw; NULL = not live
  raw text                          -- the payload of the newest observation
);

-- Serves find in both orders, and ranges of time.
CREATE INDEX tweets_by_time ON tweets (created_at, id) WHERE state = 0;
-- Serves find by author, and erasing, hiding and scrubbing an author.
CREATE INDEX tweets_by_author ON tweets (author, created_at, id) WHERE author IS NOT NULL;
-- Serves find by handle.
CREATE INDEX tweets_by_handle ON tweets (handle, created_at, id) WHERE handle IS NOT NULL;
-- Serves an erase that knows the alias alone.
CREATE INDEX tweets_by_alias ON tweets (alias) WHERE alias IS NOT NULL;

-- Observations that are not the newest one; an erase removes them.
CREATE TABLE tweet_revisions (
  id text COLLATE "C" NOT NULL,
  fingerprint bigint NOT NULL,
  revision bigint NOT NULL,
  packed text NOT NULL,
  PRIMARY KEY (id, fingerprint)     -- serves keeping one observation of a text, and erasing a tweet
);

-- Edits with new ids: chain = the first id, place from 1. stated: known to exist although its post was not seen.
CREATE TABLE chains (
  id text COLLATE "C" PRIMARY KEY,  -- serves save: is this id in a chain?
  chain text COLLATE "C" NOT NULL,
  place bigint NOT NULL,
  stated boolean NOT NULL
);
-- Serves settling a chain: all its members.
CREATE INDEX chains_by_chain ON chains (chain);

-- What was said of authors; it stays when their tweets go, so that later posts are refused or hidden.
CREATE TABLE author_marks (
  author text COLLATE "C" PRIMARY KEY,  -- serves save and erased_authors
  erased_at timestamptz,
  hidden boolean NOT NULL DEFAULT false,
  hidden_at timestamptz,
  withheld text,
  withheld_at timestamptz,
  scrubbed_to text
);

-- Rows may reach 0 and stay.
CREATE TABLE tweet_aggregations (
  hour timestamptz NOT NULL,
  source text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  lang text COLLATE "C" NOT NULL,
  sentiment text COLLATE "C" NOT NULL,
  tweets bigint NOT NULL,
  changed_at timestamptz NOT NULL,  -- of the server's clock
  PRIMARY KEY (hour, source, kind, lang, sentiment)  -- serves save, hourly and a roll-up of all
);
-- Serves the roll-up: the hour rows that changed since its last pass.
CREATE INDEX hours_by_change ON tweet_aggregations (changed_at);

-- pings: written by ping. hours_incomplete: 1 = saved without hour rows.
CREATE TABLE numbers (
  name text PRIMARY KEY,            -- serves reading and setting one figure
  value bigint NOT NULL
);
INSERT INTO numbers VALUES ('pings', 0), ('hours_incomplete', 0);

-- Their sum grows with every change of tweets; one row a writer, so that writers do not wait for each other.
CREATE TABLE change_counts (
  writer text PRIMARY KEY,          -- serves save
  changes bigint NOT NULL
);
