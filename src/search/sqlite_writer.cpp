#include "search/sqlite_writer.h"

#include <utility>

#include "search/sqlite_actions.h"
#include "search/sqlite_documents.h"
#include "search/sqlite_run.h"

namespace tweetpulse::sqlite_search {
namespace {

Result<> count_changes(sqlite::Database& database, std::int64_t changes) {
  if (changes == 0) return {};
  return run(database, "UPDATE counters SET value = value + ? WHERE name = 'changes'", changes);
}

class Batch {
 public:
  explicit Batch(sqlite::Database& database) : documents_(database), actions_(database, documents_) {}

  Result<> begin() { return actions_.begin(); }
  Documents& documents() { return documents_; }
  Actions& actions() { return actions_; }

  // Returns why the post is refused; "" = taken, or older than what is there.
  Result<std::string_view> take(const EnrichedTweet& tweet) {
    const Tweet& post = tweet.tweet;
    if (post.action != Action::none) {
      if (auto done = actions_.apply(post); !done) return done.error();
      return std::string_view();
    }
    if (post.id.empty()) return std::string_view("bad_id");
    const bool chained = post.edit_history.size() > 1;
    if (chained) {
      if (auto learned = actions_.learn_chain(post); !learned) return learned.error();
    }
    auto stored = documents_.find(post.id);
    if (!stored) return stored.error();
    if (*stored && (*stored)->revision > revision_of(post)) return std::string_view();
    auto standing = actions_.standing_of(post);
    if (!standing) return standing.error();
    if (standing->author_erased && !*stored) return std::string_view("author_erased");
    const bool erased = standing->author_erased || standing->alias_erased;
    auto done = erased ? documents_.bury(post.id, kErased, "", std::nullopt) : write(tweet, *stored, *standing);
    if (!done) return done.error();
    return std::string_view();
  }

 private:
  Result<> write(const EnrichedTweet& tweet, const std::optional<Stored>& stored, const Standing& standing) {
    if (!standing.countries_known || tweet.tweet.withheld_in == standing.countries) {
      return documents_.write(tweet, stored, standing.state);
    }
    EnrichedTweet marked = tweet;
    marked.tweet.withheld_in = standing.countries;
    return documents_.write(marked, stored, standing.state);
  }

  Documents documents_;
  Actions actions_;
};

}  // namespace

Result<std::vector<Refused>> Writer::index(std::span<const EnrichedTweet> tweets) {
  const std::lock_guard lock(mutex_);
  return database_.transaction([&]() -> Result<std::vector<Refused>> {
    std::vector<Refused> refused;
    Batch batch(database_);
    if (auto begun = batch.begin(); !begun) return begun.error();
    for (std::size_t i = 0; i < tweets.size(); ++i) {
      auto reason = batch.take(tweets[i]);
      if (!reason) return reason.error();
      if (!reason->empty()) refused.push_back({i, std::string(*reason)});
    }
    if (auto counted = count_changes(database_, batch.documents().changes()); !counted) return counted.error();
    return refused;
  });
}

Result<> Writer::remove(std::span<const std::string> ids) {
  const std::lock_guard lock(mutex_);
  return database_.transaction([&]() -> Result<> {
    Batch batch(database_);
    const std::int64_t event_at = to_ms(now());
    for (const auto& id : ids) {
      if (auto done = batch.actions().erase(id, event_at); !done) return done;
    }
    return count_changes(database_, batch.documents().changes());
  });
}

}  // namespace tweetpulse::sqlite_search
