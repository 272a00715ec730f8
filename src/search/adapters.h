// Which indexes there are: one config struct and one open() each. Only app/ and search/ include this.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "base/check.h"
#include "base/result.h"
#include "search/search_index.h"

namespace tweetpulse {

struct SqliteIndexConfig {
  std::filesystem::path file;
};
struct ElasticIndexConfig {  // Elasticsearch 7.17 to 9, OpenSearch 2 and 3
  std::string urls;          // http(s)://[user:password@]host:port, comma list: nodes of one cluster
  std::string ca_file;       // for https; "" = the system's
  std::string index = "tweets";
  int shards = 1;                       // of an index that is made anew
  std::string refresh = "1s";           // until what was written can be found
  std::int64_t bulk_bytes = 8'000'000;  // of one request; 5 to 10 MB, less while the server is overloaded
  int senders = 2;                      // requests of one process in flight
  std::chrono::milliseconds call_timeout{30'000};
};
using SearchConfig = std::variant<SqliteIndexConfig, ElasticIndexConfig>;

Result<std::unique_ptr<SearchIndex>> open(const SqliteIndexConfig& config);
// Makes templates, indexes and aliases that are missing. rejected: no such server there, the name is taken, or it
// refuses the login; unavailable: it is away.
Result<std::unique_ptr<SearchIndex>> open(const ElasticIndexConfig& config);

// For doctor; nothing of ours is changed on the server.
std::vector<Check> check_server(const ElasticIndexConfig& config);

// Fills a new index beside the one in use and then puts it in its place. One that was begun and not finished goes on
// where it stopped. What is written meanwhile goes to the old index: reconcile after finish(). Threads: one at a time.
class Reindex {
 public:
  virtual ~Reindex() = default;
  // Everything up to this id, in byte order, is in the new index; "" = nothing yet.
  virtual const std::string& after() const = 0;
  virtual const std::string& target() const = 0;  // name of the new index
  // Requires: ids in byte order, behind after(). Returns what will never be taken.
  virtual Result<std::vector<Refused>> feed(std::span<const EnrichedTweet> tweets,
                                            std::span<const std::string> removed) = 0;
  // The alias shows the new index alone; the old one is deleted.
  virtual Result<> finish() = 0;
};
Result<std::unique_ptr<Reindex>> begin_reindex(const ElasticIndexConfig& config);

}  // namespace tweetpulse
