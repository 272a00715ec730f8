// What every Queue promises. An adapter joins with one row at the end of this file.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "queue/adapters.h"

namespace tweetpulse {
namespace {

using std::chrono::steady_clock;
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
void PrintTo(const QueueAdapter& adapter, std::ostream* out) {
  *out << adapter.name;
}

Tweet tweet(const std::string& id) {
  Tweet made;
  made.id = id;
  made.source = "simulator";
  made.text = "text of " + id;
  made.created_at = from_ms(1'700'000'000'000);
  made.received_at = from_ms(1'700'000'000'500);
  return made;
}

std::vector<Tweet> tweets(int first, int count) {
  std::vector<Tweet> made;
  for (int n = first; n < first + count; ++n) made.push_back(tweet("simulator:1:" + std::to_string(n)));
  return made;
}

Ids ids_of(const std::vector<Tweet>& list) {
  Ids ids;
  for (const auto& item : list) ids.push_back(item.id);
  return ids;
}

Ids ids_of(const std::vector<Delivery>& list) {
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
    const auto deadline = steady_clock::now() + kPatience;
    while (!holds()) {
      if (steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(5));
    }
    return true;
  }

  std::unique_ptr<QueuePlace> place_;
  std::unique_ptr<Queue> queue_;
};

TEST_P(QueueContract, GivesEveryTweetToEachGroupInOrder) {
  const auto pushed = tweets(0, 25);
  push(pushed);
  EXPECT_EQ(drain(*join("elastic")), ids_of(pushed));
  EXPECT_EQ(drain(*join("persist")), ids_of(pushed));
}

TEST_P(QueueContract, GivesBackTheTweetThatWasPushed) {
  auto pushed = tweet("at://did:plc:abc/app.bsky.feed.post/3k");
  pushed.text = std::string("line\nbreak, \"quote\", NUL:\0, \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 \\ \x7F", 44);
  pushed.author = {.id = "did:plc:abc", .handle = "abc.example", .name = "A B C", .followers = 12};
  pushed.raw = "{\"raw\":true}";
  pushed.declared.hashtags = {{.text = "tag", .start = 1, .end = 4}};
  push({pushed});
  const auto got = read(*join("persist"));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].tweet, pushed);
  EXPECT_EQ(got[0].attempt, 1);
}

TEST_P(QueueContract, TakesActions) {
  Tweet erase;
  erase.id = "simulator:1:7";
  erase.source = "simulator";
  erase.action = Action::erase;
  erase.event_at = from_ms(1'700'000'000'000);
  push({erase});
  const auto got = read(*join("persist"));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].tweet, erase);
}

TEST_P(QueueContract, TakesIdsOfAnyCharacters) {
  const std::vector<Tweet> pushed = {tweet("a:\"\\"),        tweet(std::string("a:\0b", 4)),
                                     tweet("a:\r\n\t\x01"),  tweet("a:\xE2\x98\x83"),
                                     tweet("a:' OR 1=1 --"), tweet("a:" + std::string(510, 'x'))};
  push(pushed);
  auto reader = join("persist");
  const auto got = read(*reader);
  EXPECT_EQ(ids_of(got), ids_of(pushed));
  for (const auto& delivery : got) bury(*reader, delivery);
  auto expected = ids_of(pushed);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(queue_->dead_tweet_ids("persist", "", 100).value(), expected);
}

TEST_P(QueueContract, TakesAnEmptyBatch) {
  EXPECT_TRUE(queue_->push({}));
  auto reader = join("persist");
  EXPECT_TRUE(reader->ack({}));
  EXPECT_TRUE(queue_->bury({}));
  EXPECT_TRUE(read(*reader).empty());
  EXPECT_EQ(status().entries_added, 0);
}

TEST_P(QueueContract, ReadsAtMostWhatWasAskedFor) {
  push(tweets(0, 10));
  auto reader = join("persist");
  EXPECT_EQ(read(*reader, 0).size(), 0u);
  EXPECT_EQ(read(*reader, 4).size(), 4u);
  EXPECT_EQ(read(*reader, 100).size(), 6u);
}

TEST_P(QueueContract, KeepsPushedTweetsOverReopening) {
  push(tweets(0, 5));
  reopen();
  EXPECT_EQ(drain(*join("elastic")), ids_of(tweets(0, 5)));
}

TEST_P(QueueContract, NeverGivesAnAckedTweetAgain) {
  push(tweets(0, 5));
  ack(*join("persist"), {});
  {
    auto reader = join("persist");
    ack(*reader, read(*reader));
  }
  EXPECT_TRUE(read(*join("persist")).empty());
  reopen();
  EXPECT_TRUE(read(*join("persist")).empty());
}

TEST_P(QueueContract, GivesUnackedTweetsToTheNextReaderOfThatName) {
  push(tweets(0, 5));
  (void)read(*join("persist"));
  const auto got = read(*join("persist"));
  EXPECT_EQ(ids_of(got), ids_of(tweets(0, 5)));
  EXPECT_EQ(got[0].attempt, 2);
}

TEST_P(QueueContract, GivesUnackedTweetsAgainAfterReopening) {
  push(tweets(0, 5));
  {
    auto reader = join("persist");
    auto got = read(*reader);
    got.resize(2);
    ack(*reader, got);
  }
  reopen();
  EXPECT_EQ(drain(*join("persist")), ids_of(tweets(2, 3)));
}

TEST_P(QueueContract, GivesOwnUnackedTweetsBeforeNewOnes) {
  push(tweets(0, 3));
  (void)read(*join("persist"));
  push(tweets(3, 2));
  auto reader = join("persist");
  EXPECT_EQ(ids_of(read(*reader)), ids_of(tweets(0, 3)));
  EXPECT_EQ(ids_of(read(*reader)), ids_of(tweets(3, 2)));
}

TEST_P(QueueContract, GivesAReaderItsOwnUnackedTweetsOnlyOnce) {
  push(tweets(0, 3));
  auto reader = join("persist");
  EXPECT_EQ(read(*reader).size(), 3u);
  EXPECT_TRUE(read(*reader).empty());
}

TEST_P(QueueContract, SharesTheTweetsOfAGroupAmongItsConsumers) {
  push(tweets(0, 6));
  auto one = join("persist", "one"), two = join("persist", "two");
  EXPECT_EQ(ids_of(read(*one, 3)), ids_of(tweets(0, 3)));
  EXPECT_EQ(ids_of(read(*two, 10)), ids_of(tweets(3, 3)));
}

TEST_P(QueueContract, CountsAttemptsOverReopening) {
  push(tweets(0, 1));
  for (int attempt = 1; attempt <= 4; ++attempt) {
    const auto got = read(*join("persist"));
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].attempt, attempt);
    reopen();
  }
}

TEST_P(QueueContract, GivesSuspectsAlone) {
  push(tweets(0, 3));
  for (int attempt = 1; attempt <= 2; ++attempt) EXPECT_EQ(read(*join("persist")).size(), 3u);
  auto reader = join("persist");
  for (int n = 0; n < 3; ++n) {
    const auto got = read(*reader);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].attempt, 3);
    ack(*reader, got);
  }
  EXPECT_TRUE(read(*reader).empty());
}

TEST_P(QueueContract, GivesTheTweetsOfADeadConsumerToAnother) {
  reopen({.claim_after = milliseconds(60)});
  push(tweets(0, 3));
  (void)read(*join("persist", "dead"));
  const auto got = read(*join("persist", "alive"), 10, kPatience);
  EXPECT_EQ(ids_of(got), ids_of(tweets(0, 3)));
  EXPECT_EQ(got.at(0).attempt, 2);
}

TEST_P(QueueContract, LeavesTheTweetsOfALivingConsumerAlone) {
  reopen({.claim_after = milliseconds(400)});
  push(tweets(0, 3));
  auto slow = join("persist", "slow");
  const auto held = read(*slow);
  EXPECT_TRUE(read(*join("persist", "other"), 10, milliseconds(1'200)).empty());
  ack(*slow, held);
}

TEST_P(QueueContract, ClaimsUnderSteadyLoadToo) {
  reopen({.claim_after = milliseconds(60)});
  push(tweets(0, 1));
  (void)read(*join("persist", "dead"));
  auto reader = join("persist", "alive");
  int n = 1;
  EXPECT_TRUE(eventually([&] {
    push(tweets(n++, 1));
    const auto got = read(*reader, 1);
    ack(*reader, got);
    return !got.empty() && got[0].tweet.id == "simulator:1:0";
  }));
}

TEST_P(QueueContract, WakesAWaitingReader) {
  auto reader = join("persist");
  std::jthread pusher([&] {
    std::this_thread::sleep_for(milliseconds(30));
    push(tweets(0, 1));
  });
  EXPECT_EQ(read(*reader, 10, kPatience).size(), 1u);
}

TEST_P(QueueContract, NoticesThePushOfAnotherOpening) {
  auto other = place_->open({});
  ASSERT_TRUE(other);
  auto reader = join("persist");
  std::jthread pusher([&] {
    std::this_thread::sleep_for(milliseconds(30));
    EXPECT_TRUE((*other)->push(tweets(0, 1)));
  });
  EXPECT_EQ(read(*reader, 10, kPatience).size(), 1u);
}

TEST_P(QueueContract, RefusesAnUnknownGroup) {
  auto joined = queue_->join("nobody", "one");
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, ErrorCode::not_found);
}

TEST_P(QueueContract, GivesReceiptsThatLast) {
  push(tweets(0, 2));
  const auto first = read(*join("persist"));
  reopen();
  const auto again = read(*join("persist"));
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(first[0].receipt, again[0].receipt);
  EXPECT_NE(again[0].receipt, again[1].receipt);
}

TEST_P(QueueContract, BuryingKeepsPayloadReasonAndAttempts) {
  push(tweets(0, 2));
  (void)read(*join("elastic"));
  auto reader = join("elastic");
  const auto got = read(*reader);
  bury(*reader, got.at(0), "mapping");
  ack(*reader, {got[1]});

  const auto kept = letters({.group = "elastic"});
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].reason, "mapping");
  EXPECT_EQ(kept[0].tweet_id, "simulator:1:0");
  EXPECT_EQ(kept[0].source, "simulator");
  EXPECT_EQ(kept[0].attempts, 2);
  EXPECT_EQ(kept[0].last_error, "field text is no number");
  EXPECT_NE(kept[0].payload.find("text of simulator:1:0"), std::string::npos);
  EXPECT_TRUE(read(*join("elastic")).empty());
  EXPECT_EQ(drain(*join("persist")).size(), 2u) << "the other group is not concerned";
}

TEST_P(QueueContract, BuryingTwiceMakesOneLetter) {
  push(tweets(0, 1));
  auto reader = join("elastic");
  const auto got = read(*reader);
  bury(*reader, got.at(0));
  bury(*reader, got.at(0));
  EXPECT_EQ(letters().size(), 1u);
  EXPECT_EQ(status_of("elastic").buried, 1);
}

TEST_P(QueueContract, KeepsRefusedInputOnceAndAsReceived) {
  const std::string bytes("\xFF\x00{\"a\":", 7);
  const std::vector<DeadLetter> line = {refused("file-a-3", bytes)};
  ASSERT_TRUE(queue_->bury(line));
  ASSERT_TRUE(queue_->bury(line));
  reopen();
  const auto kept = letters({.group = "ingest"});
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].id, "file-a-3");
  EXPECT_EQ(kept[0].payload, bytes);
  EXPECT_EQ(kept[0].first_at, from_ms(5));
  EXPECT_EQ(kept[0].last_at, from_ms(6));
  EXPECT_EQ(status().refused_letters, 1);
}

TEST_P(QueueContract, MakesAnIdForALetterWithoutOne) {
  const std::vector<DeadLetter> lines = {refused("", "a"), refused("", "b")};
  ASSERT_TRUE(queue_->bury(lines));
  const auto kept = letters();
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_FALSE(kept[0].id.empty());
  EXPECT_NE(kept[0].id, kept[1].id);
}

TEST_P(QueueContract, ListsDeadLettersNewestFirstInPages) {
  std::vector<DeadLetter> lines;
  for (int n = 0; n < 5; ++n) lines.push_back(refused("line-" + std::to_string(n), "x"));
  ASSERT_TRUE(queue_->bury(lines));
  Ids seen;
  std::string after;
  do {
    auto page = queue_->dead_letters({}, 2, after);
    ASSERT_TRUE(page);
    for (const auto& letter : page->letters) seen.push_back(letter.id);
    after = page->next;
  } while (!after.empty());
  EXPECT_EQ(seen, (Ids{"line-4", "line-3", "line-2", "line-1", "line-0"}));
}

TEST_P(QueueContract, FiltersDeadLetters) {
  auto other = refused("b", "x");
  other.reason = "bad_id";
  const std::vector<DeadLetter> lines = {refused("a", "x"), other};
  ASSERT_TRUE(queue_->bury(lines));
  EXPECT_EQ(letters({.reason = "bad_id"}).size(), 1u);
  EXPECT_EQ(letters({.id = "a"}).size(), 1u);
  EXPECT_EQ(letters({.group = "persist"}).size(), 0u);
  EXPECT_EQ(letters({.id = "a", .reason = "bad_id"}).size(), 0u);
}

TEST_P(QueueContract, RefusesAPlaceThatIsNone) {
  auto page = queue_->dead_letters({}, 10, "no place");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::rejected);
}

TEST_P(QueueContract, RedrivesATweetToEveryGroup) {
  push(tweets(0, 2));
  auto reader = join("elastic");
  for (const auto& delivery : read(*reader)) bury(*reader, delivery, delivery.tweet.id);
  (void)drain(*join("persist"));
  EXPECT_EQ(queue_->redrive({.reason = "simulator:1:1"}).value(), 1);
  EXPECT_EQ(letters().size(), 1u);
  EXPECT_EQ(drain(*join("elastic")), Ids{"simulator:1:1"});
  EXPECT_EQ(drain(*join("persist")), Ids{"simulator:1:1"});
  EXPECT_EQ(status().entries_added, 3);
  EXPECT_EQ(queue_->dead_tweet_ids("elastic", "", 10).value(), Ids{"simulator:1:0"});
}

TEST_P(QueueContract, RefusesToRedriveRefusedInput) {
  ASSERT_TRUE(queue_->bury(std::vector<DeadLetter>{refused("line", "{{{")}));
  auto redriven = queue_->redrive({.id = "line"});
  ASSERT_FALSE(redriven);
  EXPECT_EQ(redriven.error().code, ErrorCode::rejected);
  EXPECT_EQ(letters().size(), 1u);
}

TEST_P(QueueContract, RedrivesNothingWhenNothingMatches) {
  EXPECT_EQ(queue_->redrive({.id = "none"}).value(), 0);
  EXPECT_EQ(queue_->discard({.id = "none"}).value(), 0);
}

TEST_P(QueueContract, DiscardedLettersStillNameTheirTweet) {
  push(tweets(0, 2));
  auto reader = join("persist");
  for (const auto& delivery : read(*reader)) bury(*reader, delivery);
  EXPECT_EQ(queue_->discard({.group = "persist"}).value(), 2);
  EXPECT_TRUE(letters().empty());
  EXPECT_EQ(queue_->dead_tweet_ids("persist", "", 10).value(), ids_of(tweets(0, 2)));
  EXPECT_EQ(queue_->dead_tweet_ids("persist", "simulator:1:0", 10).value(), Ids{"simulator:1:1"});
  EXPECT_EQ(queue_->dead_tweet_ids("persist", "", 1).value(), Ids{"simulator:1:0"});
  EXPECT_TRUE(queue_->dead_tweet_ids("elastic", "", 10).value().empty());
}

TEST_P(QueueContract, ForgetsTheLettersOfErasedTweets) {
  push(tweets(0, 3));
  auto reader = join("persist");
  for (const auto& delivery : read(*reader)) bury(*reader, delivery);
  const Ids erased = {"simulator:1:0", "simulator:1:2", "simulator:1:99"};
  EXPECT_EQ(queue_->discard_tweets(erased).value(), 2);
  ASSERT_EQ(letters().size(), 1u);
  EXPECT_EQ(letters()[0].tweet_id, "simulator:1:1");
}

TEST_P(QueueContract, StatusIsExact) {
  push(tweets(0, 10));
  auto reader = join("persist");
  auto got = read(*reader, 6);
  bury(*reader, got.at(0));
  ack(*reader, {got.begin() + 1, got.begin() + 3});

  const auto all = status();
  EXPECT_EQ(all.entries_added, 10);
  EXPECT_TRUE(all.durable);
  EXPECT_FALSE(all.epoch.empty());
  const auto persist = status_of("persist");
  EXPECT_EQ(persist.lag, 4);
  EXPECT_EQ(persist.pending, 3);
  EXPECT_EQ(persist.done, 2);
  EXPECT_EQ(persist.buried, 1);
  EXPECT_EQ(persist.dead_letters, 1);
  EXPECT_EQ(persist.consumers, 1);
  EXPECT_TRUE(persist.oldest_pending);
  const auto elastic = status_of("elastic");
  EXPECT_EQ(elastic.lag, 10);
  EXPECT_EQ(elastic.pending, 0);
  EXPECT_FALSE(elastic.oldest_pending);
}

TEST_P(QueueContract, KnowsTheOldestTweetThatIsNotDone) {
  EXPECT_FALSE(status_of("persist").oldest_accepted);
  const auto before = now();
  push(tweets(0, 2));
  const auto oldest = status_of("persist").oldest_accepted;
  ASSERT_TRUE(oldest);
  EXPECT_GE(*oldest, before);
  auto reader = join("persist");
  const auto got = read(*reader);
  EXPECT_EQ(status_of("persist").oldest_accepted, oldest);
  ack(*reader, got);
  EXPECT_FALSE(status_of("persist").oldest_accepted);
}

TEST_P(QueueContract, KeepsItsEpochOverReopening) {
  const auto epoch = status().epoch;
  reopen();
  EXPECT_EQ(status().epoch, epoch);
}

TEST_P(QueueContract, PingsWhenItTakesTweets) {
  EXPECT_TRUE(queue_->ping());
}

TEST_P(QueueContract, RefusesWhatHasNoRoomAndTakesItWhenThereIsRoomAgain) {
  reopen({.max_bytes = 20'000});
  int taken = 0;
  auto refused_push = Result<>();
  while (taken < 1'000 && (refused_push = queue_->push(tweets(taken, 1)))) ++taken;
  ASSERT_FALSE(refused_push);
  EXPECT_EQ(refused_push.error().code, ErrorCode::unavailable);
  EXPECT_FALSE(queue_->ping());
  EXPECT_EQ(drain(*join("elastic")).size(), static_cast<std::size_t>(taken));
  EXPECT_FALSE(queue_->push(tweets(taken, 1))) << "group persist still needs them";
  EXPECT_EQ(drain(*join("persist")), ids_of(tweets(0, taken)));
  EXPECT_TRUE(eventually([&] { return bool(queue_->push(tweets(taken, 1))); }));
  EXPECT_EQ(drain(*join("persist")), ids_of(tweets(taken, 1)));
}

TEST_P(QueueContract, RefusesTweetsWhileThereAreTooManyDeadLetters) {
  reopen({.dead_max_bytes = 10'000});
  ASSERT_TRUE(queue_->bury(std::vector<DeadLetter>{refused("big", std::string(20'000, 'x'))}));
  auto pushed = queue_->push(tweets(0, 1));
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, ErrorCode::unavailable);
  EXPECT_EQ(queue_->discard({.id = "big"}).value(), 1);
  EXPECT_TRUE(queue_->push(tweets(0, 1)));
}

TEST_P(QueueContract, FreesWhatEveryGroupIsDoneWith) {
  auto elastic = join("elastic"), persist = join("persist");
  int n = 0;
  EXPECT_TRUE(eventually([&] {
    push(tweets(n++, 1));
    (void)drain(*elastic);
    (void)drain(*persist);
    const auto now_there = status();
    return n > 20 && now_there.length < n / 2 && now_there.bytes < 10'000;
  }));
}

TEST_P(QueueContract, NeverFreesWhatAGroupHasNotRead) {
  reopen({.max_bytes = 60'000});
  int n = 0;
  auto persist = join("persist");
  while (queue_->push(tweets(n, 10))) {
    n += 10;
    (void)drain(*persist);
    ASSERT_LT(n, 2'000);
  }
  EXPECT_EQ(drain(*join("elastic")), ids_of(tweets(0, n)));
}

TEST_P(QueueContract, NeverFreesWhatIsPending) {
  reopen({.max_bytes = 60'000});
  push(tweets(0, 1));
  (void)read(*join("elastic"));
  int n = 1;
  auto elastic = join("elastic", "other"), persist = join("persist");
  while (queue_->push(tweets(n, 10))) {
    n += 10;
    (void)drain(*elastic);
    (void)drain(*persist);
    ASSERT_LT(n, 2'000);
  }
  EXPECT_EQ(ids_of(read(*join("elastic"))), Ids{"simulator:1:0"});
}

TEST_P(QueueContract, LosesAndDoublesNothingUnderThreads) {
  constexpr int kPushers = 3, kEach = 200;
  std::mutex mutex;
  std::map<std::string, std::multiset<std::string>> got;
  std::atomic<int> left = 4;
  std::vector<std::jthread> threads;
  for (int p = 0; p < kPushers; ++p) {
    threads.emplace_back([&, p] {
      for (int n = 0; n < kEach; n += 10) push(tweets(p * kEach + n, 10));
    });
  }
  for (const std::string group : {"elastic", "persist"}) {
    for (const std::string consumer : {"one", "two"}) {
      threads.emplace_back([&, group, consumer] {
        auto reader = join(group, consumer);
        const auto deadline = steady_clock::now() + kPatience;
        for (bool done = false; !done && steady_clock::now() < deadline;) {
          const auto batch = read(*reader, 7, milliseconds(20));
          ack(*reader, batch);
          const std::lock_guard lock(mutex);
          for (const auto& id : ids_of(batch)) got[group].insert(id);
          done = got[group].size() >= kPushers * kEach;
        }
        --left;
      });
    }
  }
  threads.clear();
  auto expected = ids_of(tweets(0, kPushers * kEach));
  const std::multiset<std::string> all(expected.begin(), expected.end());
  EXPECT_EQ(got["elastic"], all);
  EXPECT_EQ(got["persist"], all);
  EXPECT_EQ(status_of("persist").done, kPushers * kEach);
  EXPECT_EQ(status_of("persist").pending, 0);
}

class SqlitePlace final : public QueuePlace {
 public:
  SqlitePlace() {
    static std::atomic<int> count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("tweetpulse-queue-" + std::to_string(getpid()) + "-" + std::to_string(++count));
  }
  ~SqlitePlace() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Result<std::unique_ptr<Queue>> open(const QueueLimits& limits) override {
    return tweetpulse::open(SqliteQueueConfig{.file = folder_ / "queue.db",
                                              .max_bytes = limits.max_bytes,
                                              .dead_max_bytes = limits.dead_max_bytes,
                                              .claim_after = limits.claim_after});
  }

 private:
  std::filesystem::path folder_;
};

INSTANTIATE_TEST_SUITE_P(Adapters, QueueContract,
                         testing::Values(QueueAdapter{.name = "sqlite",
                                                      .make = [] { return std::make_unique<SqlitePlace>(); }}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace tweetpulse
