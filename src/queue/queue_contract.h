// The fixture of the queue's contract suites, and the adapters that they run over.
// Threads: a test drives its queue from threads of its own where it says so.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "queue/queue.h"

namespace tweetpulse {

using Ids = std::vector<std::string>;

constexpr milliseconds kNoWait{0};
constexpr milliseconds kPatience{20'000};  // for what must come; reached only when the test fails

struct QueueLimits {
  std::int64_t max_bytes = 100'000'000, dead_max_bytes = 100'000'000;
  milliseconds claim_after{60'000};
};

// One queue, empty at first, that outlives its openings.
class QueuePlace {
 public:
  virtual ~QueuePlace() = default;
  virtual Result<std::unique_ptr<Queue>> open(const QueueLimits& limits) = 0;
};

struct QueueAdapter {
  std::string name;
  std::function<std::unique_ptr<QueuePlace>()> make;
};
inline void PrintTo(const QueueAdapter& adapter, std::ostream* out) {
  *out << adapter.name;
}

// An adapter joins every suite with one row in queue_contract.cpp.
std::vector<QueueAdapter> queue_adapters();

inline Tweet tweet(const std::string& id) {
  Tweet made;
  made.id = id;
  made.source = "simulator";
  made.text = "text of " + id;
  made.created_at = from_ms(1'700'000'000'000);
  made.received_at = from_ms(1'700'000'000'500);
  return made;
}

inline std::vector<Tweet> tweets(int first, int count) {
  std::vector<Tweet> made;
  for (int n = first; n < first + count; ++n) made.push_back(tweet("simulator:1:" + std::to_string(n)));
  return made;
}

inline Ids ids_of(const std::vector<Tweet>& list) {
  Ids ids;
  for (const auto& item : list) ids.push_back(item.id);
  return ids;
}

inline Ids ids_of(const std::vector<Delivery>& list) {
  Ids ids;
  for (const auto& item : list) ids.push_back(item.tweet.id);
  return ids;
}
class QueueContract : public testing::TestWithParam<QueueAdapter> {
 protected:
  QueueContract() : place_(GetParam().make()) { reopen(); }

  void reopen(const QueueLimits& limits = {}) {
    queue_.reset();
    auto opened = place_->open(limits);
    ASSERT_TRUE(opened) << opened.error().what;
    queue_ = std::move(*opened);
  }
  void push(const std::vector<Tweet>& list) {
    auto pushed = queue_->push(list);
    ASSERT_TRUE(pushed) << pushed.error().what;
  }
  std::unique_ptr<QueueReader> join(const std::string& group, const std::string& consumer = "one") {
    auto joined = queue_->join(group, consumer);
    EXPECT_TRUE(joined) << joined.error().what;
    return std::move(joined).value();
  }
  static std::vector<Delivery> read(QueueReader& reader, std::size_t max = 1'000, milliseconds wait = kNoWait) {
    auto got = reader.read(max, wait);
    EXPECT_TRUE(got) << got.error().what;
    return got ? std::move(*got) : std::vector<Delivery>();
  }
  static void ack(QueueReader& reader, const std::vector<Delivery>& deliveries) {
    auto acked = reader.ack(deliveries);
    ASSERT_TRUE(acked) << acked.error().what;
  }
  static void bury(QueueReader& reader, const Delivery& delivery, const std::string& reason = "mapping") {
    auto buried = reader.bury(delivery, reason, "field text is no number");
    ASSERT_TRUE(buried) << buried.error().what;
  }
  // Reads and acks until nothing comes any more.
  static Ids drain(QueueReader& reader) {
    Ids ids;
    for (auto got = read(reader); !got.empty(); got = read(reader)) {
      for (auto& id : ids_of(got)) ids.push_back(id);
      ack(reader, got);
    }
    return ids;
  }
  QueueStatus status() {
    auto status = queue_->status();
    EXPECT_TRUE(status) << status.error().what;
    return status.value();
  }
  GroupStatus status_of(const std::string& group) {
    for (auto& found : status().groups)
      if (found.name == group) return found;
    ADD_FAILURE() << "no group " << group;
    return {};
  }
  std::vector<DeadLetter> letters(const DeadLetterFilter& filter = {}) {
    auto page = queue_->dead_letters(filter, 1'000, "");
    EXPECT_TRUE(page) << page.error().what;
    return page ? page->letters : std::vector<DeadLetter>();
  }
  static DeadLetter refused(const std::string& id, const std::string& payload) {
    return {.id = id,
            .group = "ingest",
            .reason = "not_json",
            .source = "x",
            .tweet_id = {},
            .payload = payload,
            .first_error = "line 3",
            .last_error = "line 3",
            .first_at = from_ms(5),
            .last_at = from_ms(6)};
  }
  static bool eventually(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(5));
    }
    return true;
  }

  std::unique_ptr<QueuePlace> place_;
  std::unique_ptr<Queue> queue_;
};

#define TWEETPULSE_FOR_EACH_QUEUE(suite)                                         \
  INSTANTIATE_TEST_SUITE_P(Adapters, suite, testing::ValuesIn(queue_adapters()), \
                           [](const auto& row) { return row.param.name; })

}  // namespace tweetpulse
