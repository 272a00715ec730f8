#include "api/live_watch.h"

#include <algorithm>
#include <charconv>
#include <random>

#include "api/json.h"
#include "query/matcher.h"

namespace tweetpulse::api {

LiveWatch::LiveWatch(const LiveRing& ring, LiveQuestion question, std::string_view last_event_id)
    : question_(std::move(question)), tokens_(question_.rate) {
  const std::uint64_t last = ring.last();
  next_ = last + 1;
  if (last_event_id.empty()) return;
  const std::size_t dash = last_event_id.find('-');
  std::uint64_t seq = 0;
  const std::string_view digits = dash == std::string_view::npos ? "" : last_event_id.substr(dash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
  const bool own = last_event_id.substr(0, dash) == ring.epoch() && error == std::errc{} &&
                   end == digits.data() + digits.size() && seq <= last;
  if (!own) {
    resync_ = "epoch";
    return;
  }
  std::uint64_t first = 0;
  ring.read(seq + 1, 0, first);
  if (seq + 1 < first) {
    resync_ = "expired";
  } else {
    next_ = seq + 1;
  }
}

std::optional<LiveWatch::Gap> LiveWatch::skip_to(std::uint64_t first) {
  if (next_ >= first) return std::nullopt;
  const Gap gap{next_, first - 1};
  next_ = first;
  return gap;
}

// A token bucket over the times of the events, so that a replayed minute is thinned like a live one.
bool LiveWatch::sampled_in(const LiveEvent& event) {
  const double rate = question_.rate;
  if (refilled_ != Time{}) {
    tokens_ = std::min(rate, tokens_ + rate * static_cast<double>((event.at - refilled_).count()) / 1000.0);
  }
  refilled_ = event.at;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

std::optional<std::string> LiveWatch::take(const LiveEvent& event) {
  if (event.seq < next_) return std::nullopt;
  next_ = event.seq + 1;
  if (event.event.type == FeedEvent::Type::removed) {
    return Json().open().member("id", event.event.id).close().take();
  }
  const EnrichedTweet& tweet = *event.event.tweet;
  if (!matches(question_.query, tweet, event.searched())) return std::nullopt;
  ++matched_;
  if (!tweet.analysis.sentiment) {
    ++unscored_;
  } else {
    ++(*tweet.analysis.sentiment == Sentiment::positive   ? positive_
       : *tweet.analysis.sentiment == Sentiment::negative ? negative_
                                                          : neutral_);
  }
  if (!sampled_in(event)) return std::nullopt;
  ++sent_;
  std::string json;
  question_.fields.project(json, event.json());
  return json;
}

std::optional<std::string> LiveWatch::stats(const LiveRing& ring, Time now) {
  const auto moment = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(moment - told_).count();
  if (seconds < 0.95) return std::nullopt;
  told_ = moment;
  const LiveRing::Pace pace = ring.pace();
  Json out;
  out.open().member("at", now).key("received_per_s").real(pace.received_per_s, 1);
  out.key("matched_per_s").real(static_cast<double>(matched_) / seconds, 1);
  out.key("sample_rate").real(matched_ == 0 ? 1.0 : static_cast<double>(sent_) / static_cast<double>(matched_), 2);
  out.member("lag_ms", pace.lag_ms).member("positive", positive_).member("neutral", neutral_);
  out.member("negative", negative_).member("unscored", unscored_).close();
  matched_ = sent_ = positive_ = neutral_ = negative_ = unscored_ = 0;
  return out.take();
}

bool GapCount::add() {
  const auto moment = std::chrono::steady_clock::now();
  const bool many = count_ >= 2 && moment - times_[(next_ + 1) % 3] < std::chrono::seconds(60);
  times_[next_] = moment;
  next_ = (next_ + 1) % 3;
  ++count_;
  return many;
}

std::string hello_json(const LiveRing& ring, std::uint64_t position, int rate) {
  Json out;
  out.open().member("epoch", ring.epoch()).member("seq", position).member("ring_s", ring.life().count());
  return out.member("rate", rate).close().take();
}

std::string gap_json(const LiveRing& ring, const LiveWatch::Gap& gap) {
  Json out;
  out.open().member("from", ring.id_of(gap.from)).member("to", ring.id_of(gap.to));
  return out.member("dropped", gap.to - gap.from + 1).member("reason", "slow_client").close().take();
}

int retry_ms() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_int_distribution(2100, 3900)(random);
}

}  // namespace tweetpulse::api
