#include <array>

#include "app/config.h"

namespace tweetpulse {
namespace {

using enum KeyType;

// clang-format off
constexpr std::array kKeys = {
    ConfigKey{"data_dir", text, "", "", "", false, false, "Folder of the embedded databases; empty = $STATE_DIRECTORY, else $XDG_DATA_HOME/tweetpulse, else ~/.local/share/tweetpulse."},
    ConfigKey{"roles", list, "api,elastic-worker,persist-worker,ingest", "api|elastic-worker|persist-worker|ingest", "", false, false, "Roles that `run` starts in one process."},
    ConfigKey{"http.listen", text, "127.0.0.1:8080", "", "", false, false, "Address of the API and the web page: host:port or unix:PATH."},
    ConfigKey{"http.cursor_key_file", text, "", "", "", false, false, "File with the key that signs cursors, shared by all copies of `api`; empty = made once in the data folder."},
    ConfigKey{"http.cors", list, "", "", "", false, false, "Origins that browsers may call from, exact."},
    ConfigKey{"http.max_connections", integer, "10000", "1..1000000", "", false, false, "Open connections; above it 503."},
    ConfigKey{"http.threads", integer, "4", "1..256", "", false, false, "Threads that answer requests."},
    ConfigKey{"ops.listen", text, "127.0.0.1:9464", "", "", false, false, "Address of health and metrics of every role; empty = none. Taken and not set by you: the next free port."},
    ConfigKey{"queue.url", text, "", "", "REDIS_URL", true, false, "Queue server: redis:// rediss:// unix:, a comma list (Cluster), redis+sentinel://hosts/name; empty = embedded SQLite in the data folder."},
    ConfigKey{"queue.ca_file", text, "", "", "", false, false, "Certificates that a rediss:// server is checked against; empty = those of the system."},
    ConfigKey{"queue.stream", text, "tweets", "", "", false, false, "Name of the stream on a queue server."},
    ConfigKey{"queue.partitions", integer, "1", "1..1024", "", false, false, "Streams that the queue is spread over on a Redis Cluster; the same everywhere, and never changed while entries wait."},
    ConfigKey{"queue.start_from", text, "0", "", "STREAM_START_FROM", false, false, "Where a new group begins: 0, behind an entry id or a time in ms, or $ (what is there is skipped and counted)."},
    ConfigKey{"queue.groups", list, "elastic,persist", "", "", false, false, "Groups that every tweet is kept for."},
    ConfigKey{"queue.max_bytes", size, "2GB", "1MB..", "", false, false, "Payload that may wait; beyond it pushing is refused (back-pressure)."},
    ConfigKey{"queue.dead_max_bytes", size, "1GB", "1MB..", "", false, false, "Dead letters that may wait; beyond it the sources pause."},
    ConfigKey{"queue.claim_after", duration, "60s", "1s..", "", false, false, "Pending entries of a consumer silent for so long go to another."},
    ConfigKey{"queue.wait_replicas", integer, "0", "0..16", "", false, false, "Redis replicas that must have a push before it counts (WAIT)."},
    ConfigKey{"queue.require_durable", boolean, "false", "", "", false, false, "A queue server that may lose what it acknowledged stops the start (exit 78) instead of a warning."},
    ConfigKey{"coordination.url", text, "", "", "REDIS_URL", true, false, "Redis of filter, locks and cache; empty = in this process."},
    ConfigKey{"coordination.seen_window", duration, "24h", "1m..", "", false, false, "Length of one window of the filter of seen ids."},
    ConfigKey{"coordination.seen_windows", integer, "2", "1..16", "", false, false, "Windows that the filter keeps."},
    ConfigKey{"coordination.seen_capacity", integer, "2000000", "1..1000000000", "", false, false, "Ids that one window of the filter holds at 1 % false hits, 1.5 bytes each; fuller means more look-ups in the store, never a lost tweet."},
    ConfigKey{"shutdown.timeout", duration, "30s", "1s..10m", "", false, false, "Longest that a stop may take; what is unfinished then stays pending."},
    ConfigKey{"feed.url", text, "", "", "REDIS_URL", true, false, "Redis that carries the live feed between processes; empty = in this process."},
    ConfigKey{"search.url", text, "", "", "ELASTICSEARCH_URL", true, false, "Elasticsearch or OpenSearch: http(s)://[user:password@]host:port, a comma list of nodes; empty = embedded SQLite FTS5 in the data folder."},
    ConfigKey{"search.index", text, "tweets", "", "", false, false, "Name of the index on a search server."},
    ConfigKey{"search.refresh", duration, "1s", "100ms..1h", "", false, false, "How soon an indexed tweet can be found on a search server; of an index that is made anew."},
    ConfigKey{"search.shards", integer, "1", "1..1024", "", false, false, "Shards of an index that is made anew on a search server."},
    ConfigKey{"search.rollup_every", duration, "10s", "100ms..1h", "", false, false, "How often the hourly counts are copied into a search server."},
    ConfigKey{"search.ca_file", text, "", "", "", false, false, "Certificates that an https:// search server is checked against; empty = those of the system."},
    ConfigKey{"store.url", text, "", "", "DATABASE_URL", true, false, "PostgreSQL: postgresql://user:password@host:port/database, also with +driver; empty = embedded SQLite in the data folder."},
    ConfigKey{"store.connections", integer, "4", "1..100", "", false, false, "Connections of one process to the database server."},
    ConfigKey{"store.statement_timeout", duration, "30s", "1s..1h", "", false, false, "Longest that one statement may take there."},
    ConfigKey{"store.named_statements", boolean, "true", "", "", false, false, "Prepare statements by name; false behind a pooler that shares connections between transactions."},
    ConfigKey{"worker.id", text, "", "", "WORKER_ID", false, false, "Consumer name, stable over restarts and unique; empty = <host>-<role>-<slot>, the lowest slot that nobody holds."},
    ConfigKey{"worker.attempts", integer, "5", "1..1000", "", false, false, "Deaths of workers that held one tweet alone, before it goes to the dead letters."},
    ConfigKey{"analyze.profile", text, "full", "full|fast", "", false, false, "Depth of the analysis, one for both workers."},
    ConfigKey{"elastic_worker.batch_size", integer, "50", "1..10000", "BATCH_SIZE", false, false, "Most tweets in one batch of group elastic."},
    ConfigKey{"elastic_worker.batch_timeout", duration, "5s", "10ms..300s", "BATCH_TIMEOUT", false, false, "Longest that a tweet waits for a full batch; an idle worker flushes at once."},
    ConfigKey{"persist_worker.batch_size", integer, "100", "1..10000", "BATCH_SIZE", false, false, "Most tweets in one batch of group persist."},
    ConfigKey{"persist_worker.batch_timeout", duration, "10s", "10ms..300s", "BATCH_TIMEOUT", false, false, "Longest that a tweet waits for a full batch; an idle worker flushes at once."},
    ConfigKey{"persist_worker.aggregations", boolean, "true", "", "ENABLE_AGGREGATIONS", false, false, "Keep exact hourly counts."},
    ConfigKey{"ingest.sources", list, "", "simulator", "", false, false, "Sources that `run` reads; empty = the simulator when nothing else is configured. HTTP push needs no entry."},
    ConfigKey{"ingest.keep_raw", boolean, "true", "", "", false, false, "Store each payload as it was received."},
    ConfigKey{"simulator.rate", real, "20", "0..10000", "", false, true, "Simulated tweets a second."},
    ConfigKey{"simulator.scenario", text, "everyday", "", "", false, true, "What the simulator tells."},
    ConfigKey{"simulator.seed", integer, "1", "0..", "", false, false, "Seed of the simulator; the same seed gives the same tweets."},
    ConfigKey{"live.ring", duration, "60s", "1s..1h", "", false, false, "How far back a live client may resume."},
    ConfigKey{"log.level", text, "info", "", "", false, true, "debug, info, warn, error or off; also by folder: worker=debug,info."},
    ConfigKey{"log.format", text, "auto", "auto|text|json", "", false, false, "auto = text on a terminal, else JSON."},
};
// clang-format on

}  // namespace

std::span<const ConfigKey> config_keys() {
  return kKeys;
}

}  // namespace tweetpulse
