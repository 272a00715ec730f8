#include "search/elastic_writer.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "search/action_words.h"

namespace tweetpulse::elastic {
namespace {

constexpr std::size_t kLeastPart = 200;  // posts of one request, when several are sent at once
constexpr int kMostRounds = 5;

bool ends_part(Action action) {
  return action == Action::restore || action == Action::erase_author;
}

}  // namespace

struct Writer::Post {
  const EnrichedTweet* tweet = nullptr;
  std::size_t place = 0;  // in the batch
  Standing standing;      // as it was written
  bool refused = false;
};

Result<std::vector<Refused>> Writer::index(std::span<const EnrichedTweet> tweets) {
  std::vector<Refused> refused;
  std::size_t first = 0;
  for (std::size_t i = 0; i < tweets.size(); ++i) {
    const Tweet& action = tweets[i].tweet;
    if (!ends_part(action.action)) continue;
    if (auto done = write_part(tweets.subspan(first, i - first), first, refused); !done) return done.error();
    first = i + 1;
    Actions actions(client_, bulk_, notes_, index_);
    auto done = action.action == Action::restore ? actions.restore(action.id, event_of(action))
                                                 : actions.erase_author(author_key(action.author), event_of(action));
    if (!done) return done.error();
  }
  if (auto done = write_part(tweets.subspan(first), first, refused); !done) return done.error();
  std::sort(refused.begin(), refused.end(), [](const Refused& a, const Refused& b) { return a.index < b.index; });
  return refused;
}

Result<> Writer::remove(std::span<const std::string> ids) {
  const std::int64_t event_at = to_ms(now());
  std::vector<Erasure> erasures;
  for (const auto& id : ids) erasures.push_back({id, event_at});
  return Actions(client_, bulk_, notes_, index_).erase(std::move(erasures));
}

Result<> Writer::write_part(std::span<const EnrichedTweet> tweets, std::size_t first, std::vector<Refused>& refused) {
  std::vector<Post> posts;
  std::vector<const Tweet*> others;
  std::vector<History> histories;
  for (std::size_t i = 0; i < tweets.size(); ++i) {
    const Tweet& tweet = tweets[i].tweet;
    if (tweet.action != Action::none) {
      others.push_back(&tweet);
    } else if (tweet.id.empty()) {
      refused.push_back({first + i, "bad_id"});
    } else {
      posts.push_back({&tweets[i], first + i});
      if (tweet.edit_history.size() > 1) histories.push_back(history_of(tweet));
    }
  }
  Actions actions(client_, bulk_, notes_, index_);
  if (!histories.empty()) {
    if (auto done = actions.learn_chains(histories); !done) return done;
  }
  if (auto done = write_posts(posts, refused); !done) return done;
  if (!histories.empty()) {
    if (auto done = actions.settle_chains(histories); !done) return done;
  }
  return others.empty() ? Result<>() : actions.apply(others);
}

// What holds of authors and ids is read before and asked for again after: an action that came in between is obeyed.
Result<> Writer::write_posts(std::vector<Post>& posts, std::vector<Refused>& refused) {
  if (posts.empty()) return {};
  std::vector<const Tweet*> tweets;
  for (const auto& post : posts) tweets.push_back(&post.tweet->tweet);
  Notes::Reading reading(notes_);
  for (int round = 0; round < kMostRounds; ++round) {
    const auto standings = reading.standings(tweets);
    if (!standings) return standings.error();
    if (round == 0) {
      if (auto done = refuse_unknown(posts, *standings, refused); !done) return done;
    }
    std::vector<Post*> due;
    for (std::size_t i = 0; i < posts.size(); ++i) {
      if (posts[i].refused || (round > 0 && posts[i].standing == (*standings)[i])) continue;
      posts[i].standing = (*standings)[i];
      due.push_back(&posts[i]);
    }
    if (auto done = send(due, refused); !done) return done;
    const auto changed = reading.changed();
    if (!changed) return changed.error();
    if (!*changed) return {};
  }
  return Error{ErrorCode::unavailable,
               "Actions on authors come faster than posts can follow; the batch is tried again."};
}

// Of an author that is erased: what was never seen is refused, what is there gives way to a tombstone.
Result<> Writer::refuse_unknown(std::vector<Post>& posts, const std::vector<Standing>& standings,
                                std::vector<Refused>& refused) {
  std::vector<Post*> erased;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < posts.size(); ++i) {
    if (!standings[i].author_erased) continue;
    erased.push_back(&posts[i]);
    ids.push_back(document_id(posts[i].tweet->tweet.id));
  }
  if (ids.empty()) return {};
  const auto stored = fetch(client_, index_, ids, "state");
  if (!stored) return stored.error();
  for (std::size_t i = 0; i < erased.size(); ++i) {
    if ((*stored)[i].found) continue;
    erased[i]->refused = true;
    refused.push_back({erased[i]->place, "author_erased"});
  }
  return {};
}

// Large batches in several requests at once, each built while others are on their way.
Result<> Writer::send(const std::vector<Post*>& posts, std::vector<Refused>& refused) {
  std::vector<std::string> buried;
  std::vector<Post*> live;
  for (Post* post : posts) {
    if (post->standing.author_erased || post->standing.alias_erased)
      buried.push_back(post->tweet->tweet.id);
    else
      live.push_back(post);
  }
  const std::size_t parts =
      std::clamp<std::size_t>(live.size() / kLeastPart, 1, static_cast<std::size_t>(bulk_.limits().senders));
  const std::size_t each = (live.size() + parts - 1) / parts;
  std::mutex mutex;
  std::optional<Error> failed;
  const auto run = [&](std::size_t part) {
    const std::size_t first = std::min(part * each, live.size());
    const auto outcome = send_some(std::span(live).subspan(first, std::min(each, live.size() - first)));
    const std::lock_guard lock(mutex);
    if (!outcome) {
      if (!failed) failed = outcome.error();
      return;
    }
    refused.insert(refused.end(), outcome->begin(), outcome->end());
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t part = 1; part < parts; ++part) threads.emplace_back(run, part);
    run(0);
  }
  if (failed) return *failed;
  if (buried.empty()) return {};
  return Actions(client_, bulk_, notes_, index_).bury(buried);
}

Result<std::vector<Refused>> Writer::send_some(std::span<Post* const> posts) {
  Writes writes;
  for (const Post* post : posts) {
    const auto& standing = post->standing;
    const auto append = [&](std::string& out) {
      if (!standing.countries_known || post->tweet->tweet.withheld_in == standing.countries)
        return append_document(out, *post->tweet, standing.state);
      EnrichedTweet marked = *post->tweet;
      marked.tweet.withheld_in = standing.countries;
      append_document(out, marked, standing.state);
    };
    writes.index(document_id(post->tweet->tweet.id), revision_of(post->tweet->tweet), append);
  }
  const auto outcomes = bulk_.send(index_, writes);
  if (!outcomes) return outcomes.error();
  std::vector<Refused> refused;
  for (std::size_t i = 0; i < posts.size(); ++i) {
    if ((*outcomes)[i].fate != Fate::refused) continue;
    posts[i]->refused = true;
    refused.push_back({posts[i]->place, (*outcomes)[i].reason});
  }
  return refused;
}

}  // namespace tweetpulse::elastic
