// The hour rows of the store, one document each under tweet_aggregations. Threads: any thread.
#pragma once

#include <string>
#include <vector>

#include "search/elastic_bulk.h"
#include "search/elastic_client.h"
#include "search/search_index.h"

namespace tweetpulse::elastic {

class Hours final : public HourIndex {
 public:
  Hours(Client& client, Bulk& bulk, std::string index) : client_(client), bulk_(bulk), index_(std::move(index)) {}

  Result<std::vector<std::string>> versions(std::span<const HourRow> rows) override;
  Result<std::int64_t> put(std::span<const HourRow> rows, std::span<const std::string> versions) override;
  Result<std::vector<HourRow>> rows(const std::optional<HourRow>& after, std::size_t limit) override;

 private:
  Client& client_;
  Bulk& bulk_;
  const std::string index_;
};

}  // namespace tweetpulse::elastic
