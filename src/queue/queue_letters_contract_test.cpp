// What every Queue promises of dead letters.
#include "queue/queue_contract.h"

namespace tweetpulse {
namespace {

using QueueLetters = QueueContract;

TEST_P(QueueLetters, BuryingKeepsPayloadReasonAndAttempts) {
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

TEST_P(QueueLetters, BuryingTwiceMakesOneLetter) {
  push(tweets(0, 1));
  auto reader = join("elastic");
  const auto got = read(*reader);
  bury(*reader, got.at(0));
  bury(*reader, got.at(0));
  EXPECT_EQ(letters().size(), 1u);
  EXPECT_EQ(status_of("elastic").buried, 1);
}

TEST_P(QueueLetters, KeepsRefusedInputOnceAndAsReceived) {
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

TEST_P(QueueLetters, MakesAnIdForALetterWithoutOne) {
  const std::vector<DeadLetter> lines = {refused("", "a"), refused("", "b")};
  ASSERT_TRUE(queue_->bury(lines));
  const auto kept = letters();
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_FALSE(kept[0].id.empty());
  EXPECT_NE(kept[0].id, kept[1].id);
}

TEST_P(QueueLetters, ListsDeadLettersNewestFirstInPages) {
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

TEST_P(QueueLetters, FiltersDeadLetters) {
  auto other = refused("b", "x");
  other.reason = "bad_id";
  const std::vector<DeadLetter> lines = {refused("a", "x"), other};
  ASSERT_TRUE(queue_->bury(lines));
  EXPECT_EQ(letters({.reason = "bad_id"}).size(), 1u);
  EXPECT_EQ(letters({.id = "a"}).size(), 1u);
  EXPECT_EQ(letters({.group = "persist"}).size(), 0u);
  EXPECT_EQ(letters({.id = "a", .reason = "bad_id"}).size(), 0u);
}

TEST_P(QueueLetters, RefusesAPlaceThatIsNone) {
  auto page = queue_->dead_letters({}, 10, "no place");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::rejected);
}

TEST_P(QueueLetters, RedrivesATweetToEveryGroup) {
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

TEST_P(QueueLetters, RefusesToRedriveRefusedInput) {
  ASSERT_TRUE(queue_->bury(std::vector<DeadLetter>{refused("line", "{{{")}));
  auto redriven = queue_->redrive({.id = "line"});
  ASSERT_FALSE(redriven);
  EXPECT_EQ(redriven.error().code, ErrorCode::rejected);
  EXPECT_EQ(letters().size(), 1u);
}

TEST_P(QueueLetters, RedrivesNothingWhenNothingMatches) {
  EXPECT_EQ(queue_->redrive({.id = "none"}).value(), 0);
  EXPECT_EQ(queue_->discard({.id = "none"}).value(), 0);
}

TEST_P(QueueLetters, DiscardedLettersStillNameTheirTweet) {
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

TEST_P(QueueLetters, ForgetsTheLettersOfErasedTweets) {
  push(tweets(0, 3));
  auto reader = join("persist");
  for (const auto& delivery : read(*reader)) bury(*reader, delivery);
  const Ids erased = {"simulator:1:0", "simulator:1:2", "simulator:1:99"};
  EXPECT_EQ(queue_->discard_tweets(erased).value(), 2);
  ASSERT_EQ(letters().size(), 1u);
  EXPECT_EQ(letters()[0].tweet_id, "simulator:1:1");
}

TWEETPULSE_FOR_EACH_QUEUE(QueueLetters);

}  // namespace
}  // namespace tweetpulse
