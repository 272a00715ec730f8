// What every store promises of edits and actions, whatever comes first: delivery.md section 7.
#include "store/store_contract.h"

namespace tweetpulse {
namespace {

using Ids = std::vector<std::string>;

TEST_P(StoreContract, ErasesATweetAndItsHour) {
  save({a_post("1"), a_post("2")});
  const auto report = save({an_action(Action::erase, "1", 9)});
  EXPECT_EQ(report.erased, 1);
  EXPECT_EQ(report.removed_ids, Ids{"1"});
  EXPECT_FALSE(stored("1"));
  EXPECT_EQ(*store->raw("1"), "");
  EXPECT_FALSE(*store->position("1"));
  EXPECT_EQ(revision("1"), kTombstoneRevision);
  EXPECT_EQ(counted(), 1);
  expect_hours_equal_recount();
}

TEST_P(StoreContract, TakesAnEraseThatComesFirst) {
  EXPECT_EQ(save({an_action(Action::erase, "1", 9)}).created, 1);
  EXPECT_EQ(save({a_post("1")}).duplicate, 1);
  EXPECT_FALSE(stored("1"));
  EXPECT_EQ(counted(), 0);
  expect_books_equal_rows();
}

TEST_P(StoreContract, NeverResurrectsByALateDuplicate) {
  save({a_post("1"), an_action(Action::erase, "1", 9)});
  EXPECT_EQ(save({observed(a_post("1"), 999, 50)}).duplicate, 1);
  EXPECT_FALSE(stored("1"));
  EXPECT_EQ(save({an_action(Action::erase, "1", 9)}).duplicate, 1);
  expect_hours_equal_recount();
}

TEST_P(StoreContract, ErasesByAliasInBothOrders) {
  auto erase = an_action(Action::erase, "", 9);
  erase.tweet.alias = "host.example/42";
  erase.tweet.source = "mastodon";
  auto post = a_post("https://host.example/users/a/statuses/1");
  post.tweet.alias = "host.example/42";
  post.tweet.source = "mastodon";
  save({post});
  EXPECT_EQ(save({erase}).erased, 1);
  const auto after = dump();
  start_empty();
  EXPECT_EQ(save({erase}).created, 1);
  EXPECT_EQ(save({post}).duplicate, 1);
  EXPECT_EQ(dump(), after);
  EXPECT_TRUE(visible_ids().empty());
  expect_books_equal_rows();
}

TEST_P(StoreContract, CountsAChainOfEditsOnce) {
  save({an_edit("1", {"1"}, 0)});
  const auto report = save({an_edit("3", {"1", "2", "3"}, 20)});
  EXPECT_EQ(report.created, 1);
  EXPECT_EQ(report.removed_ids, Ids{"1"});
  EXPECT_EQ(visible_ids(), Ids{"3"});
  save({an_edit("2", {"1", "2"}, 10)});
  EXPECT_EQ(visible_ids(), Ids{"3"});
  EXPECT_EQ(counted(), 1);
  expect_books_equal_rows();
}

TEST_P(StoreContract, ErasesAWholeChainByAnyOfItsIds) {
  const auto first = an_edit("1", {"1"}, 0), last = an_edit("3", {"1", "2", "3"}, 20);
  for (const char* id : {"1", "2", "3"}) {
    start_empty();
    save({first, last});
    EXPECT_EQ(save({an_action(Action::erase, id, 30)}).removed_ids.back(), "3");
    EXPECT_TRUE(visible_ids().empty()) << id;
    EXPECT_EQ(counted(), 0);
    const auto after = dump();
    start_empty();
    save({an_action(Action::erase, id, 30)});
    save({last});
    save({first});
    EXPECT_EQ(dump(), after) << id;
  }
}

TEST_P(StoreContract, DropsAllVersionsButTheLastWhenAnEditIsToldWithoutText) {
  auto told = an_action(Action::erase, "1", 30);
  for (const auto& versions : {Ids{"1", "2"}, Ids{"2"}}) {
    start_empty();
    told.tweet.edit_history = versions;
    save({a_post("1")});
    EXPECT_EQ(save({told}).erased, 1);
    save({an_edit("2", {"1", "2"}, 20)});
    EXPECT_EQ(visible_ids(), Ids{"2"});
    EXPECT_EQ(save({told}).duplicate, 1);
    EXPECT_EQ(visible_ids(), Ids{"2"});
  }
}

TEST_P(StoreContract, NamesARemovedTweetAgainWhenItsEraseIsRedelivered) {
  save({a_post("1")});
  const std::vector<EnrichedTweet> batch = {an_action(Action::erase, "1", 9)};
  save_from("w1", batch, {"a"});
  const auto report = save_from("w1", batch, {"a"});
  EXPECT_EQ(report.redelivered, 1);
  EXPECT_EQ(report.removed_ids, Ids{"1"});
}

TEST_P(StoreContract, ErasesAnAuthorAndRefusesTheLaterPosts) {
  save({a_post("1", 0, "7"), a_post("2", 1, "7"), a_post("3", 2, "8")});
  const auto report = save({an_author_action(Action::erase_author, "7", 9), a_post("4", 3, "7"), a_post("5", 4, "8")});
  EXPECT_EQ(report.erased, 1);
  EXPECT_EQ(report.removed_ids, (Ids{"1", "2"}));
  ASSERT_EQ(report.refused.size(), 1U);
  EXPECT_EQ(report.refused.front(), (std::pair<std::size_t, std::string>{1, "author_erased"}));
  EXPECT_EQ(visible_ids(), (Ids{"3", "5"}));
  EXPECT_EQ(revision("4"), -2);
  const std::vector<Tweet> tweets = {a_post("9", 0, "7").tweet, a_post("9", 0, "8").tweet};
  EXPECT_EQ(*store->erased_authors(tweets), (std::vector<bool>{true, false}));
  const std::vector<Tweet> late = {a_post("1", 0, "7").tweet, a_post("4", 0, "7").tweet};
  EXPECT_EQ(*store->contains(late), (std::vector<Held>{Held::same_or_newer, Held::absent}));
  EXPECT_EQ(save({a_post("1", 0, "7")}).duplicate, 1);
  expect_hours_equal_recount();
  expect_books_equal_rows();
}

TEST_P(StoreContract, ErasesAnAuthorOfThousandsInOneCall) {
  std::vector<EnrichedTweet> posts;
  for (int i = 0; i < 1200; ++i) posts.push_back(a_post(std::to_string(i), i));
  save(posts);
  EXPECT_EQ(save({an_author_action(Action::erase_author, "7", 9999)}).removed_ids.size(), 1200U);
  EXPECT_EQ(counted(), 0);
}

TEST_P(StoreContract, HidesAndShowsAnAuthorWithoutTouchingHours) {
  save({a_post("1")});
  EXPECT_EQ(save({an_author_action(Action::hide_author, "7", 5)}).removed_ids, Ids{"1"});
  save({a_post("2", 3)});
  EXPECT_TRUE(visible_ids().empty());
  EXPECT_FALSE(stored("1"));
  EXPECT_EQ(counted(), 2);
  EXPECT_EQ(revision("1"), revision_of(a_post("1").tweet));
  save({an_author_action(Action::show_author, "7", 8)});
  EXPECT_EQ(visible_ids(), (Ids{"1", "2"}));
  EXPECT_EQ(save({an_author_action(Action::hide_author, "7", 6)}).duplicate, 1);
  EXPECT_EQ(visible_ids(), (Ids{"1", "2"}));
  expect_hours_equal_recount();
}

TEST_P(StoreContract, HidesTheLaterPostsOfAnAuthorWhoWasHiddenFirst) {
  save({an_author_action(Action::hide_author, "7", 5), a_post("1")});
  EXPECT_TRUE(visible_ids().empty());
}

TEST_P(StoreContract, WithholdsByCountryAndEverywhere) {
  auto german = an_action(Action::withhold, "1", 5), everywhere = an_action(Action::withhold, "2", 5);
  german.tweet.withheld_in = {"FR", "DE"};
  everywhere.tweet.withheld_in = {"XX"};
  save({a_post("1"), a_post("2"), a_post("3")});
  EXPECT_EQ(save({german, everywhere}).removed_ids, Ids{"2"});
  EXPECT_EQ(visible_ids(), (Ids{"1", "3"}));
  EXPECT_EQ(stored("1")->tweet.withheld_in, (std::vector<std::string>{"DE", "FR"}));
  start({.country = "DE"});
  EXPECT_EQ(visible_ids(), Ids{"3"});
  german.tweet.withheld_in.clear();
  german.tweet.event_at = at(6);
  save({german});
  EXPECT_EQ(visible_ids(), (Ids{"1", "3"}));
}

TEST_P(StoreContract, RemembersAWithholdThatComesFirst) {
  auto withhold = an_action(Action::withhold, "1", 5);
  withhold.tweet.withheld_in = {"XX"};
  EXPECT_EQ(save({withhold}).created, 1);
  EXPECT_EQ(revision("1"), kTombstoneRevision);
  EXPECT_EQ(save({a_post("1")}).changed, 1);
  EXPECT_TRUE(visible_ids().empty());
  EXPECT_EQ(counted(), 1);
  expect_books_equal_rows();
}

TEST_P(StoreContract, WithholdsAllPostsOfAnAuthor) {
  auto withhold = an_author_action(Action::withhold, "7", 5);
  withhold.tweet.withheld_in = {"DE"};
  start({.country = "DE"});
  save({a_post("1")});
  EXPECT_EQ(save({withhold}).removed_ids, Ids{"1"});
  save({a_post("2"), a_post("3", 0, "8")});
  EXPECT_EQ(visible_ids(), Ids{"3"});
}

TEST_P(StoreContract, RestoresATombstoneWhenTheTweetComesAgain) {
  save({a_post("1"), an_action(Action::erase, "1", 5)});
  EXPECT_EQ(save({an_action(Action::restore, "1", 6)}).changed, 1);
  EXPECT_FALSE(stored("1"));
  EXPECT_EQ(revision("1"), kTombstoneRevision);
  const std::vector<Tweet> again = {a_post("1").tweet};
  EXPECT_EQ(store->contains(again)->front(), Held::older);
  EXPECT_EQ(save({a_post("1")}).changed, 1);
  EXPECT_EQ(visible_ids(), Ids{"1"});
  EXPECT_EQ(save({an_action(Action::erase, "1", 5)}).duplicate, 1);
  EXPECT_EQ(visible_ids(), Ids{"1"});
  expect_hours_equal_recount();
  expect_books_equal_rows();
}

TEST_P(StoreContract, HoldsARestoreAgainstAnOlderEraseThatComesLater) {
  EXPECT_EQ(save({an_action(Action::restore, "1", 6)}).created, 1);
  save({an_action(Action::erase, "1", 5), a_post("1")});
  EXPECT_EQ(visible_ids(), Ids{"1"});
  EXPECT_EQ(save({an_action(Action::erase, "1", 7)}).erased, 1);
  EXPECT_TRUE(visible_ids().empty());
}

TEST_P(StoreContract, ScrubsPlacesFromPayloadsUpToAnIdAlsoOfLatePosts) {
  auto scrub = an_author_action(Action::scrub_geo, "7", 5);
  scrub.tweet.up_to_id = "10";
  save({a_post("9"), a_post("11")});
  EXPECT_EQ(save({scrub}).changed, 1);
  save({a_post("10")});
  EXPECT_EQ(*store->raw("9"), R"({"id":"9","text":"t"})");
  EXPECT_EQ(*store->raw("10"), R"({"id":"10","text":"t"})");
  EXPECT_EQ(*store->raw("11"), a_post("11").tweet.raw);
  EXPECT_EQ(save({scrub}).duplicate, 1);
}

TEST_P(StoreContract, CountsATombstoneOfTheApiWhenItsEntryComes) {
  EXPECT_EQ(save_as_api({an_action(Action::erase, "1", 5)}).created, 1);
  EXPECT_EQ(store->books().worker_totals()->done(), 0);
  EXPECT_EQ(save({an_action(Action::erase, "1", 5)}).created, 1);
  EXPECT_EQ(save({an_action(Action::erase, "1", 5)}).duplicate, 1);
  expect_books_equal_rows();
}

}  // namespace
}  // namespace tweetpulse
