#include "ingest/ingestor.h"

#include <algorithm>
#include <thread>
#include <unordered_map>

#include "base/failpoint.h"
#include "base/log.h"
#include "base/metrics.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kLetterBytes = 64 * 1024;

DeadLetter letter_of(const RefusedLine& line, std::string_view prefix, std::string_view source) {
  DeadLetter letter;
  letter.id = std::string(prefix) + line.place;
  letter.group = "ingest";
  letter.reason = line.reason;
  letter.source = source;
  letter.payload = line.payload.substr(0, kLetterBytes);
  letter.first_error = letter.last_error = line.place;
  letter.first_at = letter.last_at = now();
  return letter;
}

}  // namespace

struct Ingestor::Candidates {
  std::vector<Tweet> tweets;
  std::vector<std::size_t> lines;  // index of the Received of each
  std::vector<DeadLetter> letters;

  // Keeps those for which keep(index) holds, in order.
  template <class Keep>
  void filter(Keep&& keep) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < tweets.size(); ++i) {
      if (!keep(i)) continue;
      if (kept != i) {
        tweets[kept] = std::move(tweets[i]);
        lines[kept] = lines[i];
      }
      ++kept;
    }
    tweets.resize(kept);
    lines.resize(kept);
  }
};

Ingestor::Ingestor(Queue& queue, SeenFilter& seen, TweetStore& store, std::string name)
    : queue_(queue), seen_(seen), store_(store), name_(std::move(name)) {}

void Ingestor::sort_out(std::span<Received> batch, std::string_view letter_prefix, Candidates& candidates,
                        Intake& intake) const {
  std::unordered_map<std::string_view, std::size_t> places;  // the ids live in `batch`
  for (std::size_t line = 0; line < batch.size(); ++line) {
    auto& received = batch[line];
    if (const auto* refused = std::get_if<RefusedLine>(&received.rest)) {
      intake.reasons[line] = refused->reason;
      ++intake.tally.received;
      ++intake.tally.refused[refused->reason];
      candidates.letters.push_back(letter_of(*refused, letter_prefix, name_));
    } else if (std::holds_alternative<FilteredLine>(received.rest)) {
      ++intake.tally.received;
      ++intake.tally.filtered;
    }
    for (const auto& tweet : received.tweets) {
      ++intake.tally.received;
      if (tweet.action == Action::none) {
        const auto [place, fresh] = places.emplace(tweet.id, candidates.tweets.size());
        if (!fresh) {
          ++intake.tally.duplicate;
          auto& held = candidates.tweets[place->second];
          if (revision_of(tweet) > revision_of(held)) held = tweet;
          continue;
        }
      }
      candidates.tweets.push_back(tweet);
      candidates.lines.push_back(line);
    }
  }
}

// A hit of the filter is a guess: the store is asked before a tweet is dropped.
void Ingestor::drop_known(Candidates& candidates, Intake& intake) {
  std::vector<std::string_view> ids;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < candidates.tweets.size(); ++i) {
    if (candidates.tweets[i].action != Action::none) continue;
    ids.push_back(candidates.tweets[i].id);
    places.push_back(i);
  }
  const auto hits = seen_.add(ids);
  std::vector<Tweet> doubtful;
  std::vector<std::size_t> doubtful_places;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!hits[i]) continue;
    doubtful.push_back(candidates.tweets[places[i]]);
    doubtful_places.push_back(places[i]);
  }
  if (doubtful.empty()) return;
  if (BROKEN("trust_filter")) {
    intake.tally.duplicate += static_cast<std::int64_t>(doubtful.size());
    std::vector<char> dropped(candidates.tweets.size(), 0);
    for (const auto place : doubtful_places) dropped[place] = 1;
    candidates.filter([&dropped](std::size_t i) { return dropped[i] == 0; });
    return;
  }
  const auto held = store_.contains(doubtful);
  if (!held) {
    intake.tally.unconfirmed += static_cast<std::int64_t>(doubtful.size());
    log::warn("ingest", "The store cannot confirm what the filter has seen; passed on.",
              {{"error", held.error().what}});
    return;
  }
  std::vector<char> known(candidates.tweets.size(), 0);
  for (std::size_t i = 0; i < doubtful.size(); ++i)
    if ((*held)[i] == Held::same_or_newer) known[doubtful_places[i]] = 1;
  intake.tally.duplicate += std::count(known.begin(), known.end(), 1);
  candidates.filter([&known](std::size_t i) { return known[i] == 0; });
}

Result<> Ingestor::refuse_erased_authors(Candidates& candidates, std::string_view letter_prefix, Intake& intake) {
  const auto erased = store_.erased_authors(candidates.tweets);
  if (!erased) return {};  // the store checks again in its own transaction
  candidates.filter([&](std::size_t i) {
    if (!(*erased)[i] || candidates.tweets[i].action != Action::none) return true;
    intake.reasons[candidates.lines[i]] = "author_erased";
    ++intake.tally.refused["author_erased"];
    // Without the payload: an erased author's text stays nowhere.
    candidates.letters.push_back(letter_of({"author_erased", "", candidates.tweets[i].id}, letter_prefix, name_));
    return false;
  });
  return {};
}

Result<Intake> Ingestor::take(std::span<Received> batch, std::string_view letter_prefix) {
  Intake intake;
  intake.reasons.resize(batch.size());
  Candidates candidates;
  sort_out(batch, letter_prefix, candidates, intake);
  drop_known(candidates, intake);
  if (!candidates.tweets.empty())
    if (auto checked = refuse_erased_authors(candidates, letter_prefix, intake); !checked) return checked.error();
  if (!candidates.letters.empty())
    if (auto buried = queue_.bury(candidates.letters); !buried) return buried.error();
  FAILPOINT("after_filter_before_push");
  if (BROKEN("answer_before_push")) {
    std::thread([this, promised = candidates.tweets] {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      (void)queue_.push(promised);
    }).detach();
  } else if (!candidates.tweets.empty()) {
    if (auto pushed = queue_.push(candidates.tweets); !pushed) {
      metrics::counter("ingest_errors_total", "Batches that the queue did not take.", {{"source", name_}}).add();
      return pushed.error();
    }
  }
  intake.tally.accepted = static_cast<std::int64_t>(candidates.tweets.size());
  count(intake.tally);
  return intake;
}

void Ingestor::count(const Tally& tally) const {
  const metrics::Labels labels = {{"source", name_}};
  metrics::counter("ingest_received_total", "Tweets and refused or filtered lines that came in.", labels)
      .add(static_cast<double>(tally.received));
  metrics::counter("ingest_sent_total", "Tweets that the queue accepted.", labels)
      .add(static_cast<double>(tally.accepted));
  const auto refused = [this](const std::string& reason, std::int64_t amount) {
    if (amount > 0)
      metrics::counter("ingest_refused_total", "What was not passed on, by reason.",
                       {{"source", name_}, {"reason", reason}})
          .add(static_cast<double>(amount));
  };
  for (const auto& [reason, amount] : tally.refused) refused(reason, amount);
  refused("duplicate", tally.duplicate);
  refused("filtered", tally.filtered);
}

}  // namespace tweetpulse
