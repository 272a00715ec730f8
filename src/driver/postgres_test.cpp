// Needs the PostgreSQL of the test run; touches no table of its own but temporary ones.
#include "driver/postgres.h"

#include <gtest/gtest.h>

#include <thread>

#include "driver/postgres_pool.h"
#include "support/servers.h"

namespace tweetpulse::postgres {
namespace {

class PostgresDriver : public testing::Test {
 protected:
  void SetUp() override {
    const auto url = server_url("POSTGRES");
    if (!url) GTEST_SKIP() << "no PostgreSQL";
    config.url = *url;
  }
  std::unique_ptr<Connection> connected() {
    auto connection = Connection::open(config);
    if (!connection) throw std::runtime_error(connection.error().what);
    return std::move(*connection);
  }
  std::string text(Connection& connection, const std::string& sql, const Parameters& parameters = {}) {
    std::string answer;
    const auto asked = connection.query(sql, parameters, [&](const Row& row) { answer = row.text(0); });
    return asked ? answer : asked.error().what;
  }

  Config config;
};

TEST_F(PostgresDriver, GivesBackEachTypeAsItWentIn) {
  auto connection = connected();
  const std::string odd = "a\"b'\\ \xF0\x9F\x9A\x80\n", empty;
  const Time time = from_ms(-1'234'567);
  bool seen = false;
  const auto asked = connection->query("SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9",
                                       Parameters::of(odd, -5, 2.5, true, time, empty, std::optional<std::string>(),
                                                      std::optional<Time>(time), std::optional<std::int64_t>()),
                                       [&](const Row& row) {
                                         seen = true;
                                         EXPECT_EQ(row.text(0), odd);
                                         EXPECT_EQ(row.integer(1), -5);
                                         EXPECT_EQ(row.real(2), 2.5);
                                         EXPECT_TRUE(row.flag(3));
                                         EXPECT_EQ(row.time(4), time);
                                         EXPECT_FALSE(row.is_null(5));
                                         EXPECT_TRUE(row.is_null(6));
                                         EXPECT_EQ(row.time_or_null(7), time);
                                         EXPECT_FALSE(row.integer_or_null(8));
                                       });
  ASSERT_TRUE(asked) << asked.error().what;
  EXPECT_TRUE(seen);
}

TEST_F(PostgresDriver, SendsArrays) {
  auto connection = connected();
  const std::vector<std::string> texts = {"a,{}", "", "\""};
  std::vector<std::string> back;
  ASSERT_TRUE(connection->query("SELECT t FROM unnest($1, $2) AS u (t, n) ORDER BY n DESC",
                                Parameters::of(texts, std::vector<std::int64_t>{1, 2, 3}),
                                [&](const Row& row) { back.emplace_back(row.text(0)); }));
  EXPECT_EQ(back, (std::vector<std::string>{"\"", "", "a,{}"}));
  EXPECT_EQ(text(*connection, "SELECT cardinality($1)::text", Parameters::of(std::vector<std::string>())), "0");
}

TEST_F(PostgresDriver, RunsNothingBehindAFailureAndIsOfUseAfterwards) {
  auto connection = connected();
  ASSERT_TRUE(connection->script("CREATE TEMP TABLE t (n bigint PRIMARY KEY); INSERT INTO t VALUES (1)"));
  connection->send("BEGIN");
  connection->send("INSERT INTO t VALUES ($1)", Parameters::of(2));
  connection->send("INSERT INTO t VALUES ($1)", Parameters::of(1));
  connection->send("COMMIT");
  const auto done = connection->wait();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::rejected);
  EXPECT_FALSE(connection->is_idle());
  ASSERT_TRUE(connection->query("ROLLBACK"));
  EXPECT_EQ(text(*connection, "SELECT count(*)::text FROM t"), "1");
}

TEST_F(PostgresDriver, TellsOverloadFromBadDataFromAMissingTable) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"40P01", ErrorCode::unavailable}, {"40001", ErrorCode::unavailable}, {"53300", ErrorCode::unavailable},
      {"57P03", ErrorCode::unavailable}, {"55P03", ErrorCode::unavailable}, {"08006", ErrorCode::unavailable},
      {"26000", ErrorCode::unavailable}, {"42P05", ErrorCode::unavailable}, {"22P05", ErrorCode::rejected},
      {"22021", ErrorCode::rejected},    {"23505", ErrorCode::rejected},    {"P0001", ErrorCode::rejected},
      {"42P01", ErrorCode::unavailable}, {"42703", ErrorCode::unavailable}, {"42501", ErrorCode::unavailable},
      {"28P01", ErrorCode::unavailable}, {"XX001", ErrorCode::corrupt}};
  for (const auto& [state, code] : cases) EXPECT_EQ(code_of(state), code) << state;
  auto connection = connected();
  EXPECT_EQ(connection->query("SELECT * FROM no_such_table").error().code, ErrorCode::unavailable);
  EXPECT_TRUE(connection->needs_somebody());
  EXPECT_EQ(connection->query("SELECT 'x'::bigint").error().code, ErrorCode::rejected);
}

TEST_F(PostgresDriver, PreparesAnewWhatTheServerForgot) {
  auto connection = connected();
  EXPECT_EQ(text(*connection, "SELECT 'a'"), "a");
  ASSERT_TRUE(connection->script("DEALLOCATE ALL"));
  const auto lost = connection->query("SELECT 'a'");
  ASSERT_FALSE(lost);
  EXPECT_TRUE(lost.error().retryable());
  EXPECT_EQ(text(*connection, "SELECT 'a'"), "a");
}

TEST_F(PostgresDriver, KeepsNoMoreStatementsThanItsLimit) {
  auto connection = connected();
  for (int n = 0; n < 600; ++n) {
    if (n == 300) {
      // Nothing is dropped inside a failed transaction, and its end is not prevented.
      ASSERT_TRUE(connection->query("BEGIN"));
      ASSERT_FALSE(connection->query("SELECT 'x'::bigint"));
      for (int more = 0; more < 20; ++more) ASSERT_FALSE(connection->query("SELECT -" + std::to_string(more + 1)));
      ASSERT_TRUE(connection->query("ROLLBACK AND NO CHAIN"));
    }
    ASSERT_EQ(text(*connection, "SELECT '" + std::to_string(n) + "'"), std::to_string(n));
  }
  ASSERT_TRUE(connection->script("DEALLOCATE tp600")) << "somebody else's, which makes ours fail";
  for (int n = 0; n < 300; ++n)
    ASSERT_EQ(text(*connection, "SELECT 'b" + std::to_string(n) + "'"), "b" + std::to_string(n));
  const auto count = text(*connection, "SELECT count(*)::text FROM pg_prepared_statements");
  EXPECT_LE(std::stoi(count), 256);
  EXPECT_GE(std::stoi(count), 200);
}

TEST_F(PostgresDriver, NamesNoStatementsWhenToldSo) {
  config.named_statements = false;
  auto connection = connected();
  EXPECT_EQ(text(*connection, "SELECT $1 || 'b'", Parameters::of("a")), "ab");
  EXPECT_EQ(text(*connection, "SELECT count(*)::text FROM pg_prepared_statements"), "0");
}

TEST_F(PostgresDriver, IsCancelledByTheServerAfterTheStatementTimeout) {
  config.statement_timeout = std::chrono::milliseconds(100);
  auto connection = connected();
  const auto slept = connection->query("SELECT pg_sleep(30)");
  ASSERT_FALSE(slept);
  EXPECT_EQ(slept.error().code, ErrorCode::unavailable);
  EXPECT_EQ(text(*connection, "SELECT 'a'"), "a");
}

TEST_F(PostgresDriver, SaysThatAKilledBackendMayBeAskedAgain) {
  auto victim = connected(), other = connected();
  const auto pid = text(*victim, "SELECT pg_backend_pid()::text");
  ASSERT_TRUE(other->query("SELECT pg_terminate_backend($1::text::int)", Parameters::of(pid)));
  const auto asked = victim->query("SELECT pg_sleep(1)");
  ASSERT_FALSE(asked);
  EXPECT_TRUE(asked.error().retryable());
  EXPECT_FALSE(victim->is_good());
}

TEST_F(PostgresDriver, RefusesAWrongDatabaseAndWaitsForAServerThatIsAway) {
  Config wrong = config;
  wrong.url = "postgresql://postgres@127.0.0.1:1/none";
  EXPECT_EQ(Connection::open(wrong).error().code, ErrorCode::unavailable);
  const auto slash = config.url.rfind('/');
  wrong.url = config.url.substr(0, slash) + "/no_such_database";
  EXPECT_EQ(Connection::open(wrong).error().code, ErrorCode::rejected);
}

TEST_F(PostgresDriver, CarriesItsApplicationName) {
  config.application = "tweetpulse/persist-worker/w1";
  auto connection = connected();
  EXPECT_EQ(text(*connection, "SELECT current_setting('application_name')"), config.application);
}

TEST_F(PostgresDriver, KnowsTextsAndTimesThatNoColumnHolds) {
  for (const std::string_view good :
       {std::string_view(""), std::string_view("abc \xC3\xA9\xF4\x8F\xBF\xBF long enough")})
    EXPECT_TRUE(fits(good));
  for (const std::string_view bad :
       {std::string_view("a\0b", 3), std::string_view("0123456\0", 8), std::string_view("\xC0\x80"),
        std::string_view("\xED\xA0\x80"), std::string_view("\xF4\x90\x80\x80"), std::string_view("abc\xE2\x82"),
        std::string_view("\xFF")})
    EXPECT_FALSE(fits(bad)) << bad;
  EXPECT_FALSE(fits(from_ms(std::numeric_limits<std::int64_t>::max())));
  auto connection = connected();
  for (const Time end : {from_ms(-210'866'716'800'000), from_ms(9'224'318'015'900'000)}) {
    EXPECT_TRUE(fits(end));
    Time back{};
    const auto asked = connection->query("SELECT $1", Parameters::of(end), [&](const Row& row) { back = row.time(0); });
    ASSERT_TRUE(asked) << asked.error().what;
    EXPECT_EQ(back, end);
  }
}

TEST_F(PostgresDriver, LendsAConnectionAgainAndReplacesADeadOne) {
  Pool pool(config, 1);
  std::string first, second;
  {
    auto lease = pool.borrow();
    ASSERT_TRUE(lease) << lease.error().what;
    first = text(**lease, "SELECT pg_backend_pid()::text");
    ASSERT_TRUE((*lease)->query("BEGIN"));
  }
  {
    auto lease = pool.borrow();
    ASSERT_TRUE(lease);
    EXPECT_TRUE((*lease)->is_idle());
    second = text(**lease, "SELECT pg_backend_pid()::text");
  }
  EXPECT_EQ(first, second);
  auto other = connected();
  ASSERT_TRUE(other->query("SELECT pg_terminate_backend($1::text::int, 5000)", Parameters::of(first)));
  auto lease = pool.borrow();
  ASSERT_TRUE(lease);
  EXPECT_NE(text(**lease, "SELECT pg_backend_pid()::text"), first);
}

}  // namespace
}  // namespace tweetpulse::postgres
