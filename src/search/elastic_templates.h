// The indexes of one deployment: their aliases, versioned templates with explicit mappings, and the concrete indexes
// behind the aliases. Threads: as the Client.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "search/elastic_client.h"

namespace tweetpulse::elastic {

// Of the index `tweets`: aliases tweets, tweet_aggregations, tweet_actions. Everything reads and writes through them.
struct Names {
  std::string documents;  // tweets and tombstones: elastic_document.h
  std::string hours;      // hour rows of the store
  std::string actions;    // what holds of authors, withheld tweets and aliases
};
Names names_of(std::string_view index);

struct IndexSettings {
  int shards = 1;
  std::string refresh = "1s";
};

// Raised with every change of a mapping that old documents do not meet: then `tweetpulse reindex`.
inline constexpr int kMappingVersion = 1;

// The name of the n-th index behind an alias: tweets-v1-000002.
std::string concrete_name(std::string_view alias, int number);
// Templates, indexes and aliases that are missing; what is there stays. rejected: the name of the alias is taken by an
// index of somebody else.
Result<> prepare(Client& client, const Names& names, const IndexSettings& settings);
// The index behind an alias; nullopt: there is no such alias.
Result<std::optional<std::string>> index_behind(Client& client, std::string_view alias);
// Every index of this alias' names, behind the alias or not.
Result<std::vector<std::string>> indexes_of(Client& client, std::string_view alias);
int number_of(std::string_view concrete);  // 0: not one of ours
// Points the alias at `to`, and at nothing else, in one step.
Result<> swap_alias(Client& client, std::string_view alias, std::string_view from, std::string_view to);

}  // namespace tweetpulse::elastic
