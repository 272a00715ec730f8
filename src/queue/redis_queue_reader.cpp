#include "queue/redis_queue_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <thread>

#include "base/failpoint.h"
#include "base/log.h"
#include "base/metrics.h"
#include "queue/queue_metrics.h"
#include "queue/redis_scripts.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr int kSuspectAttempt = 3;
constexpr milliseconds kAnswer{5'000};  // beyond BLOCK: else waiting looks like failing
constexpr milliseconds kTrimEvery{1'000}, kPollEvery{5}, kForgetAfter{24 * 3'600'000}, kForgetEvery{600'000};

struct Entry {
  std::size_t partition = 0;
  std::string id, payload;
  int attempt = 1;
};

class RedisQueueReader final : public QueueReader {
 public:
  RedisQueueReader(const RedisPartitions& partitions, std::string_view group, std::string_view consumer)
      : partitions_(partitions), group_(group), consumer_(consumer), places_(partitions.size()) {
    const auto beat = std::max(milliseconds(20), claim_after() / 3);
    next_claim_ = steady_clock::now();
    renewing_ = std::jthread([this, beat](const std::stop_token& stop) { keep_renewing(stop, beat); });
  }
  ~RedisQueueReader() override {
    renewing_ = {};
    if (!BROKEN("drop_consumer")) return;
    for (const auto& partition : partitions_)
      (void)partition->redis().call(partition->stream(),
                                    {"XGROUP", "DELCONSUMER", partition->stream(), group_, consumer_});
  }
  RedisQueueReader(const RedisQueueReader&) = delete;
  RedisQueueReader& operator=(const RedisQueueReader&) = delete;

  Result<std::vector<Delivery>> read(std::size_t max, milliseconds wait) override {
    if (max == 0) return std::vector<Delivery>();
    const auto deadline = steady_clock::now() + wait;
    for (;;) {
      if (held_.empty())
        if (auto filled = fill(max, std::max(milliseconds(0), left(deadline))); !filled) return filled.error();
      auto batch = hand_out(max);
      if (!batch) return batch.error();
      if (!batch->empty() || steady_clock::now() >= deadline) return batch;
    }
  }

  Result<> ack(std::span<const Delivery> deliveries) override {
    std::vector<std::vector<std::string>> ids(partitions_.size());
    for (const auto& delivery : deliveries) {
      const auto place = place_of(delivery.receipt);
      if (!place) return place.error();
      ids[place->first].push_back(place->second);
    }
    for (std::size_t p = 0; p < ids.size(); ++p) {
      if (ids[p].empty()) continue;
      auto& partition = *partitions_[p];
      ids[p].insert(ids[p].begin(), group_);
      const auto acked = partition.run(redis_script::kAck,
                                       {partition.stream(), partition.key("meta"), partition.suspects(group_)}, ids[p]);
      if (!acked) return acked.error();
    }
    trim_sometimes();
    return {};
  }

  Result<int> suspect(const Delivery& delivery) override {
    const auto place = place_of(delivery.receipt);
    if (!place) return place.error();
    auto& partition = *partitions_[place->first];
    const auto held =
        partition.redis().call(partition.stream(), {"HINCRBY", partition.suspects(group_), place->second, "1"});
    if (!held) return held.error();
    return static_cast<int>(held->integer) - 1;
  }
  Result<> spare(const Delivery& delivery) override {
    const auto place = place_of(delivery.receipt);
    if (!place) return place.error();
    auto& partition = *partitions_[place->first];
    const auto gone =
        partition.redis().call(partition.stream(), {"HINCRBY", partition.suspects(group_), place->second, "-1"});
    if (!gone) return gone.error();
    return {};
  }

  Result<> bury(const Delivery& delivery, std::string_view reason, std::string_view error) override {
    const auto place = place_of(delivery.receipt);
    if (!place) return place.error();
    auto& partition = *partitions_[place->first];
    const auto buried =
        partition.run(redis_script::kBuryEntry,
                      {partition.stream(), partition.key("meta"), partition.suspects(group_), partition.key("dead"),
                       partition.key("dead:ids")},
                      {group_, place->second, fmt::format("{}-{}-{}", group_, partition.epoch(), delivery.receipt),
                       std::string(reason), delivery.tweet.source, delivery.tweet.id, std::to_string(delivery.attempt),
                       std::string(error), std::to_string(to_ms(now()))});
    if (!buried) return buried.error();
    count_buried(group_, reason);
    return {};
  }

 private:
  struct Place {
    std::unique_ptr<RedisSession> session;
    std::string own_after = "0";  // own unacked entries of an earlier life are read from here
    bool own_done = false;
  };

  milliseconds claim_after() const { return partitions_.front()->config().claim_after; }
  static milliseconds left(steady_clock::time_point deadline) {
    return std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  }

  // Receipts name epoch-less places: <partition>/<entry>, or the entry alone where there is one partition.
  std::string receipt_of(const Entry& entry) const {
    return partitions_.size() == 1 ? entry.id : fmt::format("{}/{}", entry.partition, entry.id);
  }
  Result<std::pair<std::size_t, std::string>> place_of(const std::string& receipt) const {
    const auto slash = receipt.find('/');
    std::size_t p = 0;
    if (slash != std::string::npos) p = static_cast<std::size_t>(std::atoi(receipt.c_str()));
    if (p >= partitions_.size() || receipt.find('-') == std::string::npos)
      return Error{ErrorCode::rejected, fmt::format("{} is no receipt of this queue.", receipt)};
    return std::pair(p, slash == std::string::npos ? receipt : receipt.substr(slash + 1));
  }

  // The prefix that may be handed out together; suspects come alone.
  Result<std::vector<Delivery>> hand_out(std::size_t max) {
    std::vector<Delivery> batch;
    while (!held_.empty() && batch.size() < max) {
      auto& entry = held_.front();
      const bool alone = entry.attempt >= kSuspectAttempt;
      if (alone && !batch.empty()) break;
      Delivery delivery{.receipt = receipt_of(entry), .tweet = {}, .attempt = entry.attempt};
      auto tweet = read_packed(entry.payload);
      held_.pop_front();
      if (!tweet) {
        if (auto buried = bury(delivery, "corrupt", tweet.error().what); !buried) return buried.error();
        continue;
      }
      delivery.tweet = std::move(*tweet);
      batch.push_back(std::move(delivery));
      if (alone) break;
    }
    return batch;
  }

  // Own entries of an earlier life, then those of the silent, then new ones.
  Result<> fill(std::size_t max, milliseconds wait) {
    for (std::size_t p = 0; p < places_.size() && held_.empty(); ++p)
      if (!places_[p].own_done)
        if (auto read = read_own(p, max); !read) return read;
    if (held_.empty() && steady_clock::now() >= next_claim_ && !BROKEN("no_claim")) {
      for (std::size_t p = 0; p < places_.size(); ++p)
        if (auto claimed = claim(p, max); !claimed) return claimed;
      // Under a backlog of the dead the next reading claims at once.
      if (held_.empty()) next_claim_ = steady_clock::now() + std::max(milliseconds(1), claim_after() / 3);
    }
    if (!held_.empty()) return {};
    wait = std::min(wait, std::max(milliseconds(1), left(next_claim_)));
    if (places_.size() == 1) return read_new(0, max, wait);
    for (std::size_t n = 0; n < places_.size() && held_.empty(); ++n) {
      turn_ = (turn_ + 1) % places_.size();
      if (auto read = read_new(turn_, max, milliseconds(0)); !read) return read;
    }
    if (held_.empty() && wait.count() > 0) std::this_thread::sleep_for(std::min(wait, kPollEvery));
    return {};
  }

  // On the session of the partition. A queue that was lost is begun anew, and the next call reads it.
  Result<std::vector<RedisReply>> ask(std::size_t p, const std::vector<RedisCommand>& commands, milliseconds wait) {
    auto& place = places_[p];
    auto& partition = *partitions_[p];
    if (!place.session) {
      auto session = partition.redis().session(partition.stream());
      if (!session) return session.error();
      place.session = std::move(*session);
    }
    auto replies = place.session->pipeline(commands, wait + kAnswer);
    if (!replies) {
      // What was handed out in an answer that never came is ours, and pending: it is read again.
      place = Place();
      return replies;
    }
    for (const auto& reply : *replies) {
      if (!reply.is_error()) continue;
      if (reply.text.starts_with("NOGROUP") || reply.text.starts_with("WRONGTYPE") ||
          reply.text.starts_with("UNBLOCKED")) {
        if (auto begun = partition.begin(); !begun) return begun.error();
        place.own_done = true;
      } else {
        place.session.reset();  // it may sit on the wrong node
      }
      return redis_error(reply, commands.front().front()).retryable()
                 ? redis_error(reply, commands.front().front())
                 : Error{ErrorCode::unavailable, fmt::format("The queue {}: {}", partition.stream(), reply.text)};
    }
    return replies;
  }

  Result<> read_own(std::size_t p, std::size_t max) {
    auto& place = places_[p];
    const auto& stream = partitions_[p]->stream();
    const auto count = std::to_string(max);
    const auto replies =
        ask(p,
            {{"XREADGROUP", "GROUP", group_, consumer_, "COUNT", count, "STREAMS", stream, place.own_after},
             {"XPENDING", stream, group_, place.own_after == "0" ? "-" : "(" + place.own_after, "+", count, consumer_}},
            milliseconds(0));
    if (!replies) return replies.error();
    const auto& streams = (*replies)[0].list;
    const auto entries = streams.empty() || streams[0].list.size() < 2 ? RedisReply() : streams[0].list[1];
    if (entries.list.empty()) place.own_done = true;
    for (const auto& entry : entries.list) place.own_after = entry.list[0].text;
    return hold(p, entries, (*replies)[1]);
  }

  Result<> claim(std::size_t p, std::size_t max) {
    const auto& stream = partitions_[p]->stream();
    const auto replies = ask(p,
                             {{"XAUTOCLAIM", stream, group_, consumer_, std::to_string(claim_after().count()), "0-0",
                               "COUNT", std::to_string(max)}},
                             milliseconds(0));
    if (!replies) return replies.error();
    const auto& answer = (*replies)[0].list;
    if (answer.size() >= 3 && !answer[2].list.empty()) lost(p, answer[2].list.size());
    if (answer.size() < 2 || answer[1].list.empty()) return forget_sometimes(p);
    const auto& entries = answer[1];
    const auto counts = ask(p,
                            {{"XPENDING", stream, group_, entries.list.front().list[0].text,
                              entries.list.back().list[0].text, "100000", consumer_}},
                            milliseconds(0));
    if (!counts) return counts.error();
    return hold(p, entries, (*counts)[0]);
  }

  Result<> read_new(std::size_t p, std::size_t max, milliseconds wait) {
    RedisCommand command = {"XREADGROUP", "GROUP", group_, consumer_, "COUNT", std::to_string(max)};
    if (wait.count() > 0) {
      command.emplace_back("BLOCK");
      command.push_back(std::to_string(wait.count()));
    }
    for (const auto& rest : {std::string("STREAMS"), partitions_[p]->stream(), std::string(">")})
      command.push_back(rest);
    const auto replies = ask(p, {command}, wait);
    if (!replies) return replies.error();
    const auto& streams = (*replies)[0].list;
    if (streams.empty() || streams[0].list.size() < 2) return {};
    return hold(p, streams[0].list[1], {});
  }

  // `counts`: XPENDING with the delivery count of each; none = new entries.
  Result<> hold(std::size_t p, const RedisReply& entries, const RedisReply& counts) {
    std::size_t gone = 0;
    auto count = counts.list.begin();
    for (const auto& entry : entries.list) {
      if (entry.list.size() < 2) continue;
      const auto& id = entry.list[0].text;
      while (count != counts.list.end() && count->list[0].text != id) ++count;
      const int attempt = count == counts.list.end() ? 1 : static_cast<int>(count->list[3].integer);
      const auto& fields = entry.list[1].list;
      if (fields.size() < 2) {
        ++gone;
        (void)partitions_[p]->redis().call(partitions_[p]->stream(), {"XACK", partitions_[p]->stream(), group_, id});
        continue;
      }
      held_.push_back({p, id, fields[1].text, attempt});
    }
    if (gone > 0) lost(p, gone);
    return {};
  }

  // Somebody trimmed what was not done: it is gone, and the books show the difference.
  void lost(std::size_t p, std::size_t entries) {
    metrics::counter("queue_lost_total", "Entries that were gone before they were done, and queues that were lost.",
                     {{"adapter", "redis"}})
        .add(static_cast<double>(entries));
    log::error("queue", "Entries were gone from the stream before they were done: who trims it?",
               {{"stream", partitions_[p]->stream()}, {"group", group_}, {"entries", entries}});
  }

  void trim_sometimes() {
    if (steady_clock::now() - trimmed_at_ < kTrimEvery) return;
    trimmed_at_ = steady_clock::now();
    for (const auto& partition : partitions_) {
      if (BROKEN("trim_by_length"))
        (void)partition->redis().call(partition->stream(), {"XTRIM", partition->stream(), "MAXLEN", "100"});
      (void)partition->run(redis_script::kTrim, {partition->stream()}, partition->config().groups);
    }
  }

  Result<> forget_sometimes(std::size_t p) {
    if (steady_clock::now() - forgot_at_ < kForgetEvery) return {};
    forgot_at_ = steady_clock::now();
    (void)partitions_[p]->run(redis_script::kForget, {partitions_[p]->stream()},
                              {group_, std::to_string(kForgetAfter.count())});
    return {};
  }

  // A living holder keeps its entries, however long its sink takes.
  void keep_renewing(const std::stop_token& stop, milliseconds beat) {
    std::mutex mutex;
    std::condition_variable_any sleeper;
    std::unique_lock lock(mutex);
    while (!sleeper.wait_for(lock, stop, beat, [&stop] { return stop.stop_requested(); }) && !stop.stop_requested())
      for (const auto& partition : partitions_)
        (void)partition->run(redis_script::kRenew, {partition->stream()},
                             {group_, consumer_, std::to_string(beat.count() / 2)});
  }

  const RedisPartitions& partitions_;
  const std::string group_, consumer_;
  std::vector<Place> places_;
  std::deque<Entry> held_;
  std::size_t turn_ = 0;
  steady_clock::time_point next_claim_{}, trimmed_at_{};
  steady_clock::time_point forgot_at_ = steady_clock::now();
  std::jthread renewing_;
};

}  // namespace

std::unique_ptr<QueueReader> join_redis_group(const RedisPartitions& partitions, std::string_view group,
                                              std::string_view consumer) {
  return std::make_unique<RedisQueueReader>(partitions, group, consumer);
}

}  // namespace tweetpulse
