// Removals and the like on the index: delivery.md section 7, in any order of arrival, any number of times, whoever
// writes beside. Threads: one call at a time; any number of objects.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "search/elastic_bulk.h"
#include "search/elastic_client.h"
#include "search/elastic_lookup.h"
#include "search/elastic_notes.h"

namespace tweetpulse::elastic {

struct Erasure {
  std::string id;
  std::optional<std::int64_t> event_at;  // nullopt: by what is known of its author or alias
};

// An edit chain as a post tells it, oldest id first.
struct History {
  std::vector<std::string> ids;
  std::string last;  // what comes before it gives way
};
History history_of(const Tweet& post);

class Actions {
 public:
  Actions(Client& client, Bulk& bulk, Notes& notes, std::string_view index)
      : client_(client), bulk_(bulk), notes_(notes), index_(index) {}

  // erase, withhold, hide_author, show_author, scrub_geo: their order among each other and among posts is of no matter.
  Result<> apply(std::span<const Tweet* const> actions);
  // Requires: everything before it is written.
  Result<> restore(std::string_view id, std::int64_t event_at);
  Result<> erase_author(std::string_view author, std::int64_t event_at);

  // Tombstones, for whole chains, unless a later restore is known.
  Result<> erase(std::vector<Erasure> erasures);
  // Tombstones where there is none yet.
  Result<> bury(std::span<const std::string> ids);
  // The chains of posts just written; histories of two ids or more. Erased when any of it was erased, else the earlier
  // ids give way.
  Result<> settle_chains(std::span<const History> histories);
  // Requires: before a post of such a history is written.
  Result<> learn_chains(std::span<const History> histories);

 private:
  struct Judged {
    std::set<std::string> authors, ids;
  };
  Result<> write(const Writes& writes);
  Result<std::vector<Stored>> stored(std::span<const std::string> ids, std::string_view fields);
  Result<bool> erase_once(const std::vector<Erasure>& erasures, std::vector<Erasure>& more);
  Result<> write_tombstones(const std::vector<Erasure>& erasures);
  Result<> undo_if_restored(const std::vector<Erasure>& erasures);
  Result<> give_way(std::span<const History> histories);
  Result<> erase_aliases(std::span<const Tweet* const> actions, std::vector<Erasure>& erasures);
  Result<> note_and_judge(std::span<const Tweet* const> actions);
  Result<> judge(const Judged& judged);
  Result<> judge_again(const std::vector<Stored>& documents);

  Client& client_;
  Bulk& bulk_;
  Notes& notes_;
  const std::string index_;
};

std::int64_t event_of(const Tweet& action);

}  // namespace tweetpulse::elastic
