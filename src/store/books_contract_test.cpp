// What every store promises of its books: delivery.md sections 8 and 11.
#include "store/store_contract.h"

namespace tweetpulse {
namespace {

Tally a_tally(std::int64_t accepted, std::int64_t bad) {
  Tally tally;
  tally.accepted = accepted;
  tally.duplicate = 2;
  tally.filtered = 1;
  if (bad > 0) tally.refused = {{"not_json", bad}};
  tally.received = accepted + 3 + bad;
  return tally;
}

TEST_P(StoreContract, AddsUpCheckpointsBySourceAndMinute) {
  Books& books = store->books();
  ASSERT_TRUE(books.checkpoint("x", "c1", a_tally(10, 1), at(0)));
  ASSERT_TRUE(books.checkpoint("x", "", a_tally(5, 0), at(1)));
  ASSERT_TRUE(books.checkpoint("bluesky", "b1", a_tally(7, 2), at(120)));
  const auto totals = books.totals();
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->accepted, 22);
  EXPECT_EQ(totals->refused, (std::map<std::string, std::int64_t>{{"not_json", 3}}));
  EXPECT_EQ(totals->received, totals->refused_total() + totals->filtered + totals->duplicate + totals->accepted);
  EXPECT_EQ(books.totals_by_source()->at("x").accepted, 15);
  const auto rows = books.ledger({}, {});
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->front().tally.accepted, 15);
  EXPECT_EQ(books.ledger(at(60), {})->size(), 1U);
  Tally sum;
  for (const auto& row : *rows) sum += row.tally;
  EXPECT_EQ(sum.received, totals->received);
}

TEST_P(StoreContract, KeepsTheCursorOfTheLastCheckpointThatHadOne) {
  Books& books = store->books();
  EXPECT_EQ(books.cursor("x")->pushed, "");
  ASSERT_TRUE(books.checkpoint("x", "c1", {}, at(0)));
  ASSERT_TRUE(books.checkpoint("x", "", a_tally(1, 0), at(0)));
  ASSERT_TRUE(books.set_stored("x", "c0"));
  EXPECT_EQ(books.cursor("x")->pushed, "c1");
  EXPECT_EQ(books.cursor("x")->stored, "c0");
  EXPECT_EQ(books.cursors()->size(), 1U);
  ASSERT_TRUE(books.forget_cursor("x"));
  EXPECT_TRUE(books.cursors()->empty());
}

TEST_P(StoreContract, OpensAndClosesGaps) {
  Books& books = store->books();
  ASSERT_TRUE(books.open_gap({"x", "disconnect", at(10), {}, "", {}}));
  ASSERT_TRUE(books.open_gap({"x", "silence", at(12), {}, "", {}}));
  ASSERT_TRUE(books.open_gap({"x", "queue_lost", at(5), at(6), "", 42}));
  ASSERT_TRUE(books.close_gap("x", at(20), "partial"));
  const auto gaps = books.gaps({}, {});
  ASSERT_EQ(gaps->size(), 2U);
  EXPECT_EQ(gaps->front().lost, 42);
  EXPECT_EQ(gaps->back().cause, "disconnect");
  EXPECT_EQ(gaps->back().to, at(20));
  EXPECT_EQ(gaps->back().filled, "partial");
  EXPECT_EQ(books.gaps(at(7), at(11))->size(), 1U);
  EXPECT_TRUE(books.gaps(at(21), {})->empty());
}

TEST_P(StoreContract, KeepsWantedAndActualStatesApart) {
  Books& books = store->books();
  ASSERT_TRUE(books.set_wanted("x", "paused"));
  ASSERT_TRUE(books.set_state({"x", "", "connected", "all well", at(3), 4}));
  const auto sources = books.sources();
  ASSERT_EQ(sources->size(), 1U);
  EXPECT_EQ(sources->front().wanted, "paused");
  EXPECT_EQ(sources->front().state, "connected");
  EXPECT_EQ(sources->front().last_event_at, at(3));
  EXPECT_EQ(sources->front().reconnects, 4);
}

TEST_P(StoreContract, KeepsSettingsAndHeartbeats) {
  Books& books = store->books();
  EXPECT_EQ(*books.setting("simulator"), "");
  ASSERT_TRUE(books.set_setting("simulator", R"({"rate":5})"));
  EXPECT_EQ(*books.setting("simulator"), R"({"rate":5})");
  WorkerState worker{"w1", "persist-worker", "persist", "0.1.0", at(1), at(2), 500, 10, 1, 2.5, 7.25};
  ASSERT_TRUE(books.beat(worker));
  worker.done = 20;
  ASSERT_TRUE(books.beat(worker));
  const auto workers = books.workers();
  ASSERT_EQ(workers->size(), 1U);
  EXPECT_EQ(workers->front().done, 20);
  EXPECT_EQ(workers->front().batch_p95_ms, 7.25);
}

TEST_P(StoreContract, ShowsTheBooksToASecondReaderAfterAReopening) {
  ASSERT_TRUE(store->books().checkpoint("x", "c1", a_tally(10, 1), at(0)));
  save({a_post("1"), a_post("1")});
  const auto other = open_again();
  EXPECT_EQ(other->books().totals()->accepted, 10);
  EXPECT_EQ(other->books().worker_totals()->done(), 2);
}

}  // namespace
}  // namespace tweetpulse
