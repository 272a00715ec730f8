// Edits, removals, hidden authors: delivery.md section 7, in any order of arrival, any number of times.
#include <algorithm>
#include <random>

#include "search/search_contract.h"

namespace tweetpulse::search_contract {
namespace {

EnrichedTweet edit(int number, const Ids& history, std::string_view text = "edited words") {
  return with(post(number, text), [&](EnrichedTweet& e) { e.tweet.edit_history = history; });
}

EnrichedTweet by(EnrichedTweet tweet, std::string_view author) {
  tweet.tweet.author.id = author;
  tweet.tweet.author.handle = "handle_of_" + std::string(author);
  return tweet;
}

TEST_P(SearchContract, ForgetsAnErasedTweetInAnswersAndCounts) {
  index({post(1, "secret"), post(2, "secret")});
  index({action(Action::erase, id_of(1), 50)});
  const auto page = find("secret", {.facets = {"lang"}});
  EXPECT_EQ(page.total, 1);
  EXPECT_EQ(page.facets.at("lang")[0].count, 1);
  EXPECT_EQ(found(""), Ids{id_of(2)});
  EXPECT_EQ(revisions()[0], id_of(1) + "@removed");
}

TEST_P(SearchContract, NeverShowsAPostWhoseErasureCameFirst) {
  index({action(Action::erase, id_of(1), 50)});
  index({with(post(1), [](EnrichedTweet& e) { e.tweet.observed_at = at(500); })});
  EXPECT_EQ(found(""), Ids{});
  EXPECT_EQ(revisions(), Ids{id_of(1) + "@removed"});
}

TEST_P(SearchContract, RemovesKnownAndUnknownIdsForGood) {
  index({post(1)});
  remove({id_of(1), id_of(2)});
  index({post(1), post(2)});
  EXPECT_EQ(found(""), Ids{});
  EXPECT_EQ(revisions(), (Ids{id_of(1) + "@removed", id_of(2) + "@removed"}));
}

TEST_P(SearchContract, CountsAChainOnceByItsLastVersion) {
  const Ids history = {id_of(1), id_of(2), id_of(3)};
  index({edit(1, {id_of(1)}, "first")});
  index({edit(3, history, "third")});
  index({edit(2, {id_of(1), id_of(2)}, "second")});
  EXPECT_EQ(found(""), Ids{id_of(3)});
  EXPECT_EQ(found("first OR second"), Ids{});
}

TEST_P(SearchContract, ErasesAWholeChainByAnyOfItsIds) {
  for (const int named : {1, 2, 3}) {
    const int base = named * 10;
    const Ids history = {id_of(base + 1), id_of(base + 2), id_of(base + 3)};
    index({edit(base + 3, history), action(Action::erase, id_of(base + named), 90)});
    EXPECT_EQ(found(""), Ids{}) << named;
  }
}

TEST_P(SearchContract, ErasesALaterVersionOfAChainThatIsErased) {
  index({action(Action::erase, id_of(2), 50)});
  index({edit(1, {id_of(1)})});
  index({edit(3, {id_of(1), id_of(2), id_of(3)})});
  index({edit(4, {id_of(1), id_of(2), id_of(3), id_of(4)})});
  EXPECT_EQ(found(""), Ids{});
}

TEST_P(SearchContract, KeepsTheLastVersionWhenAnEditIsToldWithoutText) {
  index({post(1), post(2)});
  index({with(action(Action::erase, id_of(1), 50), [](EnrichedTweet& e) {
    e.tweet.edit_history = {id_of(1), id_of(2)};
  })});
  EXPECT_EQ(found(""), Ids{id_of(2)});
}

TEST_P(SearchContract, ErasesByAliasBeforeAndAfterThePost) {
  const auto tooting = [](int number) {
    return with(post(number), [number](EnrichedTweet& e) {
      e.tweet.id = "https://host.example/" + std::to_string(number);
      e.tweet.alias = "host.example/" + std::to_string(number);
    });
  };
  const auto erase = [](int number) {
    return with(action(Action::erase, "", 50),
                [number](EnrichedTweet& e) { e.tweet.alias = "host.example/" + std::to_string(number); });
  };
  index({tooting(1), tooting(2), tooting(3), erase(1)});
  index({erase(4)});
  index({tooting(4), tooting(1)});
  EXPECT_EQ(found(""), (Ids{"https://host.example/2", "https://host.example/3"}));
}

TEST_P(SearchContract, ErasesAllOfAnAuthorAndRefusesWhatComesLater) {
  index({by(post(1), "bad"), by(post(2), "good"), by(post(3), "bad")});
  index({author_action(Action::erase_author, "bad", 50)});
  EXPECT_EQ(found(""), Ids{id_of(2)});
  const auto refused = index({by(post(1), "bad"), by(post(4), "bad"), by(post(5), "good")});
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].index, 1u);
  EXPECT_EQ(refused[0].reason, "author_erased");
  EXPECT_EQ(found(""), (Ids{id_of(2), id_of(5)}));
}

TEST_P(SearchContract, HidesAnAuthorUntilShownWhateverTheOrder) {
  index({by(post(1), "shy"), author_action(Action::hide_author, "shy", 50)});
  index({by(post(2), "shy"), by(post(3), "open")});
  EXPECT_EQ(found(""), Ids{id_of(3)});
  index({author_action(Action::show_author, "shy", 40)});
  EXPECT_EQ(found(""), Ids{id_of(3)});
  index({author_action(Action::show_author, "shy", 60), author_action(Action::hide_author, "shy", 55)});
  EXPECT_EQ(found(""), (Ids{id_of(1), id_of(2), id_of(3)}));
  EXPECT_EQ(revisions().size(), 3u);
}

TEST_P(SearchContract, HidesWhatIsWithheldEverywhereAndMarksTheRest) {
  index({post(1), post(2), post(3)});
  const auto in = [](int number, const Ids& countries) {
    return with(action(Action::withhold, id_of(number), 50),
                [&](EnrichedTweet& e) { e.tweet.withheld_in = countries; });
  };
  index({in(1, {"DE", "FR"}), in(2, {}), in(3, {"XX"}), in(4, {}), in(5, {"IT"})});
  index({post(4), post(5)});
  EXPECT_EQ(found(""), (Ids{id_of(1), id_of(5)}));
  const auto page = find("");
  EXPECT_EQ(page.tweets[0].tweet.withheld_in, Ids{"IT"});
  EXPECT_EQ(page.tweets[1].tweet.withheld_in, (Ids{"DE", "FR"}));
}

TEST_P(SearchContract, WithholdsAllOfAnAuthor) {
  index({by(post(1), "sued"), by(post(2), "free"), author_action(Action::withhold, "sued", 50)});
  index({by(post(3), "sued")});
  EXPECT_EQ(found(""), Ids{id_of(2)});
}

TEST_P(SearchContract, TakesARestoredTweetWhenItComesAgain) {
  index({post(1), action(Action::erase, id_of(1), 50)});
  index({action(Action::restore, id_of(1), 60)});
  EXPECT_EQ(found(""), Ids{});
  EXPECT_EQ(revisions(), Ids{});
  index({post(1)});
  EXPECT_EQ(found("words"), Ids{id_of(1)});
  index({action(Action::erase, id_of(1), 50)});
  EXPECT_EQ(found(""), Ids{id_of(1)});
  index({action(Action::erase, id_of(1), 70)});
  EXPECT_EQ(found(""), Ids{});
}

TEST_P(SearchContract, LetsALaterErasureWinOverARestoreThatCameLate) {
  index({post(1), action(Action::erase, id_of(1), 70), action(Action::restore, id_of(1), 60), post(1)});
  EXPECT_EQ(found(""), Ids{});
}

TEST_P(SearchContract, ScrubsNoMoreThanThePlaceThatItNeverHad) {
  index({post(1), author_action(Action::scrub_geo, "7", 50)});
  EXPECT_EQ(found(""), Ids{id_of(1)});
}

// Posts, edits, erasures, hidden and withheld authors, newer observations; without restore and erase_author, which
// depend on what comes after them by their meaning.
Tweets history_of_everything() {
  Tweets all;
  for (int n = 1; n <= 12; ++n) all.push_back(by(post(n, "words of " + std::to_string(n)), n % 2 ? "odd" : "even"));
  for (int n = 1; n <= 6; ++n) {
    all.push_back(with(all[static_cast<std::size_t>(n)], [n](EnrichedTweet& e) {
      e.tweet.observed_at = at(100 + n);
      e.tweet.metrics.likes = n;
      e.tweet.text += " again";
    }));
  }
  all.push_back(by(edit(21, {id_of(20), id_of(21)}), "even"));
  all.push_back(by(edit(22, {id_of(20), id_of(21), id_of(22)}), "even"));
  all.push_back(by(edit(31, {id_of(30), id_of(31)}), "even"));
  all.push_back(by(edit(30, {id_of(30)}), "even"));
  all.push_back(action(Action::erase, id_of(30), 60));
  all.push_back(action(Action::erase, id_of(3), 60));
  all.push_back(action(Action::erase, id_of(99), 60));
  all.push_back(author_action(Action::hide_author, "even", 40));
  all.push_back(author_action(Action::show_author, "even", 50));
  all.push_back(author_action(Action::hide_author, "odd", 70));
  all.push_back(with(action(Action::withhold, id_of(4), 40), [](EnrichedTweet& e) { e.tweet.withheld_in = {"DE"}; }));
  all.push_back(action(Action::withhold, id_of(6), 40));
  return all;
}

TEST_P(SearchContract, GivesTheSameIndexInEveryOrderOfArrival) {
  const Tweets in_order = history_of_everything();
  index(in_order);
  const auto expected = revisions();
  const auto shown = find("", {.size = 100});
  for (unsigned seed = 1; seed <= 20; ++seed) {
    auto place = GetParam().make();
    auto other = place->open();
    ASSERT_TRUE(other);
    Tweets shuffled = in_order;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(seed));
    const std::size_t half = shuffled.size() / 2;
    ASSERT_TRUE((*other)->index(std::span(shuffled).first(half)));
    ASSERT_TRUE((*other)->index(std::span(shuffled).subspan(half / 2)));  // some twice
    place->settle();
    auto documents = (*other)->revisions("", 100);
    auto page = (*other)->find(Query{}, {.size = 100});
    ASSERT_TRUE(documents && page);
    Ids got;
    for (const auto& document : *documents) {
      const bool removed = document.revision == kTombstoneRevision;
      got.push_back(document.id + "@" + (removed ? "removed" : std::to_string(document.revision)));
    }
    EXPECT_EQ(got, expected) << "seed " << seed;
    EXPECT_EQ(page->tweets, shown.tweets) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tweetpulse::search_contract
