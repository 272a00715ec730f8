// What actions said of authors, tweets and aliases, kept for posts that come later: one note a subject and topic, the
// newest event wins. Threads: Notes from any thread; a Reading belongs to one call.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "search/elastic_bulk.h"
#include "search/elastic_client.h"
#include "tweet/tweet.h"

namespace tweetpulse::elastic {

enum class Topic {
  hidden = 1,
  author_erased = 2,
  author_withheld = 3,
  withheld = 4,
  alias_erased = 5,
  restored = 6,
  chain = 7  // value: the ids of an edit chain that this id belongs to
};

struct Note {
  std::int64_t event_at = 0;
  std::string value;
};

struct NewNote {
  Topic topic{};
  std::string subject;
  Note note;
};

// What earlier actions say about a post that comes now.
struct Standing {
  bool author_erased = false, alias_erased = false;
  std::int64_t state = 0;
  bool countries_known = false;
  std::vector<std::string> countries;  // replaces withheld_in
  bool operator==(const Standing&) const = default;
};

class Notes {
 public:
  Notes(Client& client, Bulk& bulk, std::string index) : client_(client), bulk_(bulk), index_(std::move(index)) {}

  // Each that is not older than what is known is kept; true in its place. Whoever writes posts learns of it.
  Result<std::vector<bool>> write(std::span<const NewNote> notes);
  // By topic and subject, as they are this moment.
  Result<std::vector<std::optional<Note>>> read(std::span<const std::pair<Topic, std::string>> keys);

  // The standings of posts, as of one moment. After the posts were written changed() tells whether they still hold: a
  // note is announced before its subjects are searched for, so either the writer of a post sees it or its search finds
  // the post.
  class Reading {
   public:
    explicit Reading(Notes& notes) : notes_(notes) {}
    Result<std::vector<Standing>> standings(std::span<const Tweet* const> posts);
    Result<bool> changed();

   private:
    Result<> load(std::span<const Tweet* const> posts);
    Standing standing_of(const Tweet& post) const;

    Notes& notes_;
    std::array<std::int64_t, 2> moment_{};
    std::unordered_map<std::string, std::optional<Note>> known_;
  };

 private:
  friend class Reading;
  using Moment = std::array<std::int64_t, 2>;  // how often a note on authors or tweets, on aliases was written
  Result<Moment> ask_moment();
  Moment adopt(const Moment& moment);

  Client& client_;
  Bulk& bulk_;
  const std::string index_;

  std::mutex mutex_;
  std::optional<Moment> moment_;
  std::int64_t epoch_ = 0;  // of the cache: grows when it is emptied
  std::unordered_map<std::string, std::optional<Note>> cache_;
};

}  // namespace tweetpulse::elastic
