// The fixture of the store's contract: a fresh store of each adapter, and verbs for posts and actions.
// Threads: one test at a time.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/adapters.h"

namespace tweetpulse {

struct StoreOptions {
  bool aggregations = true;
  std::string country;
};

// A new adapter is one more row in store_contract.cpp. `place` is a folder that only this test uses: its name also
// serves as a schema name.
struct StoreAdapter {
  std::string name;
  std::function<Result<std::unique_ptr<TweetStore>>(const std::filesystem::path& place, const StoreOptions&)> open;
};
std::vector<StoreAdapter> store_adapters();

// A schema of the PostgreSQL of the run that only one test uses.
std::string with_schema(const std::string& url, const std::string& schema);
void drop_schema(const std::string& schema);

inline Time at(std::int64_t seconds) {
  return from_ms(1'700'000'000'000 + seconds * 1000);
}

EnrichedTweet a_post(std::string id, std::int64_t second = 0, std::string author = "7");
EnrichedTweet an_action(Action action, std::string id, std::int64_t second);
EnrichedTweet an_author_action(Action action, const std::string& author, std::int64_t second);
EnrichedTweet observed(EnrichedTweet tweet, std::int64_t second, std::int64_t likes);
EnrichedTweet an_edit(std::string id, std::vector<std::string> history, std::int64_t second);

// Posts 10..29; 30..35 are chains of two; all but restore and author erasure, whose order matters by their meaning.
std::vector<EnrichedTweet> random_feed(std::uint32_t seed, std::size_t size);

class StoreContract : public testing::TestWithParam<StoreAdapter> {
 protected:
  void SetUp() override;
  void TearDown() override;

  std::unique_ptr<TweetStore> open_again(const StoreOptions& options = {});
  void start(const StoreOptions& options) { store = open_again(options); }
  void start_empty();  // another store, with nothing in it

  // Saves as the next entries of consumer w1.
  SaveReport save(std::vector<EnrichedTweet> batch);
  SaveReport save_from(const std::string& consumer, std::vector<EnrichedTweet> batch,
                       std::vector<std::string> receipts);
  SaveReport save_as_api(std::vector<EnrichedTweet> batch);

  std::vector<std::string> visible_ids();
  std::optional<EnrichedTweet> stored(const std::string& id);
  std::int64_t revision(const std::string& id);  // -2 = no row
  std::int64_t counted();                        // sum of all hours
  void expect_hours_equal_recount();
  void expect_books_equal_rows();
  // All that the port shows, but for received_at.
  std::string dump();

  std::unique_ptr<TweetStore> store;

 private:
  void clear();
  std::filesystem::path place_;
  std::int64_t receipts_ = 0;
};

}  // namespace tweetpulse
