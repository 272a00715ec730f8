#include "driver/postgres_url.h"

#include <gtest/gtest.h>

namespace tweetpulse::postgres {
namespace {

struct Case {
  std::string given, url, address, schema;
};

TEST(PostgresUrl, TakesEachFormThatUsersWrite) {
  const Case cases[] = {
      {"postgresql://u:p@db:5432/t", "postgresql://u:p@db:5432/t", "db:5432/t", ""},
      {"postgres://db/t", "postgresql://db/t", "db/t", ""},
      {"postgresql+asyncpg://u:p@db/t", "postgresql://u:p@db/t", "db/t", ""},
      {"postgresql+psycopg2://db/t", "postgresql://db/t", "db/t", ""},
      {"postgresql://u:p%40%2F@db/t", "postgresql://u:p%40%2F@db/t", "db/t", ""},
      {"postgresql+asyncpg://db/t?ssl=require", "postgresql://db/t?sslmode=require", "db/t", ""},
      {"postgresql://db/t?ssl=true", "postgresql://db/t?sslmode=require", "db/t", ""},
      {"postgresql://db/t?ssl=verify-full&sslrootcert=/ca.crt",
       "postgresql://db/t?sslmode=verify-full&sslrootcert=/ca.crt", "db/t", ""},
      {"postgresql://db/t?sslmode=verify-full", "postgresql://db/t?sslmode=verify-full", "db/t", ""},
      {"postgresql://db/t?options=-csearch_path%3Da", "postgresql://db/t?options=-csearch_path%3Da", "db/t", ""},
      {"postgresql://db/t?schema=team_1&connect_timeout=3", "postgresql://db/t?connect_timeout=3", "db/t", "team_1"},
      {"postgresql+asyncpg://db/t?prepared_statement_cache_size=0", "postgresql://db/t", "db/t", ""},
      {"postgresql://[::1]:5432/t", "postgresql://[::1]:5432/t", "[::1]:5432/t", ""},
      {"postgresql://a:1,b:2/t", "postgresql://a:1,b:2/t", "a:1,b:2/t", ""},
      {"postgresql:///t", "postgresql:///t", "(PGHOST)/t", ""},
  };
  for (const auto& [given, url, address, schema] : cases) {
    const auto target = parse_url(given);
    ASSERT_TRUE(target) << given << ": " << target.error().what;
    EXPECT_EQ(target->url, url);
    EXPECT_EQ(target->address, address) << given;
    EXPECT_EQ(target->schema, schema) << given;
  }
}

TEST(PostgresUrl, RefusesWhatMakesNoSenseWithoutShowingThePassword) {
  for (const char* given :
       {"", "db:5432/t", "mysql://db/t", "postgresql://u:sec@ret@db/t", "postgresql://db/t?ssl=maybe",
        "postgresql://db/t?schema=a%22b", "postgresql://db/t?schema="}) {
    const auto target = parse_url(given);
    ASSERT_FALSE(target) << given;
    EXPECT_EQ(target.error().code, ErrorCode::rejected);
    EXPECT_EQ(target.error().what.find("sec"), std::string::npos);
  }
}

}  // namespace
}  // namespace tweetpulse::postgres
