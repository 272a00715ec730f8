#include "search/search_contract.h"

#include <algorithm>
#include <ostream>
#include <stdexcept>

#include "query/parser.h"

namespace tweetpulse::search_contract {
namespace {

std::string described(const DocumentRevision& document) {
  const bool removed = document.revision == kTombstoneRevision;
  return document.id + "@" + (removed ? "removed" : std::to_string(document.revision));
}

}  // namespace

void PrintTo(const SearchAdapter& adapter, std::ostream* out) {
  *out << adapter.name;
}

std::string name_of(const testing::TestParamInfo<SearchAdapter>& info) {
  return info.param.name;
}

Time at(int seconds) {
  return from_ms(1'772'366'400'000) + std::chrono::seconds(seconds);
}

std::string id_of(int number) {
  return std::to_string(100 + number);
}

EnrichedTweet post(int number, std::string_view text) {
  EnrichedTweet made;
  made.tweet.id = id_of(number);
  made.tweet.source = "x";
  made.tweet.text = text;
  made.tweet.created_at = at(number);
  made.tweet.received_at = at(number + 1);
  made.tweet.observed_at = at(number + 1);
  made.tweet.author = {"7", "ada", "Ada", 100};
  made.analysis.language = "en";
  return made;
}

EnrichedTweet with(EnrichedTweet tweet, const std::function<void(EnrichedTweet&)>& change) {
  change(tweet);
  return tweet;
}

EnrichedTweet action(Action kind, std::string_view id, int seconds) {
  EnrichedTweet made;
  made.tweet.id = id;
  made.tweet.source = "x";
  made.tweet.action = kind;
  made.tweet.event_at = at(seconds);
  made.tweet.received_at = at(seconds);
  return made;
}

EnrichedTweet author_action(Action kind, std::string_view author, int seconds) {
  auto made = action(kind, "", seconds);
  made.tweet.author.id = author;
  made.tweet.id =
      "x:" + made.tweet.author.id + ":" + std::string(to_string(kind)) + ":" + std::to_string(to_ms(at(seconds)));
  return made;
}

Query question(std::string_view text) {
  const ParsedQuery parsed = parse_query(text, {.now = at(0)});
  EXPECT_TRUE(parsed.errors.empty()) << text;
  return parsed.query;
}

SearchContract::SearchContract() : place_(GetParam().make()) {
  reopen();
}

void SearchContract::reopen() {
  index_.reset();
  auto opened = place_->open();
  if (!opened) throw std::runtime_error(opened.error().what);
  index_ = std::move(*opened);
}

std::vector<Refused> SearchContract::index(const Tweets& tweets) {
  auto refused = index_->index(tweets);
  EXPECT_TRUE(refused) << refused.error().what;
  place_->settle();
  return refused ? std::move(*refused) : std::vector<Refused>();
}

void SearchContract::remove(const Ids& ids) {
  auto removed = index_->remove(ids);
  EXPECT_TRUE(removed) << removed.error().what;
  place_->settle();
}

SearchPage SearchContract::find(std::string_view text, const FindOptions& options) {
  auto page = index_->find(question(text), options);
  EXPECT_TRUE(page) << page.error().what;
  return page ? std::move(*page) : SearchPage();
}

Ids SearchContract::found(std::string_view text) {
  return found(question(text));
}

Ids SearchContract::found(const Query& query) {
  auto page = index_->find(query, {.size = 5'000});
  EXPECT_TRUE(page) << page.error().what << " for " << print(query);
  Ids ids;
  if (!page) return ids;
  for (const auto& tweet : page->tweets) ids.push_back(tweet.tweet.id);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(static_cast<std::size_t>(page->total), ids.size()) << print(query);
  return ids;
}

Ids SearchContract::revisions() {
  Ids out;
  for (std::string after;;) {
    auto page = index_->revisions(after, 3);
    EXPECT_TRUE(page) << page.error().what;
    if (!page || page->empty()) return out;
    for (const auto& document : *page) out.push_back(described(document));
    after = page->back().id;
  }
}

std::int64_t SearchContract::changes() {
  auto counter = index_->change_counter();
  EXPECT_TRUE(counter) << counter.error().what;
  return counter ? *counter : -1;
}

}  // namespace tweetpulse::search_contract
