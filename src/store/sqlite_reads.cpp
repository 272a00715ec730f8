#include "store/sqlite_reads.h"

#include <variant>

#include "store/tweet_row.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

using Value = std::variant<std::int64_t, std::string>;

// Conditions joined by AND, with the values of their question marks.
struct Where {
  std::string text;
  std::vector<Value> values;

  void add(std::string_view condition) { text.append(" AND ").append(condition); }
  void one_of(std::string_view column, const std::vector<std::string>& choices) {
    if (choices.empty()) return;
    text.append(" AND ").append(column).append(" IN (");
    for (std::size_t i = 0; i < choices.size(); ++i) {
      text += i == 0 ? "?" : ", ?";
      values.emplace_back(choices[i]);
    }
    text += ")";
  }
};

void by_author(Where& where, const std::vector<std::string>& authors) {
  if (authors.empty()) return;
  std::string ids, handles;
  std::vector<Value> folded;
  for (const auto& author : authors) {
    ids += ids.empty() ? "?" : ", ?";
    where.values.emplace_back(author);
    if (auto handle = folded_handle(author)) {
      handles += handles.empty() ? "?" : ", ?";
      folded.emplace_back(std::move(*handle));
    }
  }
  where.values.insert(where.values.end(), folded.begin(), folded.end());
  where.add("(t.author IN (" + ids + ") OR t.handle IN (" + handles + "))");
}

void by_position(Where& where, const Position& position, std::string_view order) {
  where.text.append(" AND (t.created_at, t.id) ").append(order).append(" (?, ?)");
  where.values.emplace_back(to_ms(position.created_at));
  where.values.emplace_back(position.id);
}

Where where_of(const TweetFilter& filter) {
  Where where;
  by_author(where, filter.authors);
  where.one_of("t.lang", filter.langs);
  std::vector<std::string> sentiments, kinds;
  for (const auto& sentiment : filter.sentiments) {
    sentiments.emplace_back(sentiment ? to_string(*sentiment) : "unscored");
  }
  for (const Kind kind : filter.kinds) kinds.emplace_back(to_string(kind));
  where.one_of("t.sentiment", sentiments);
  where.one_of("t.kind", kinds);
  if (filter.from) {
    where.add("t.created_at >= ?");
    where.values.emplace_back(to_ms(*filter.from));
  }
  if (filter.to) {
    where.add("t.created_at < ?");
    where.values.emplace_back(to_ms(*filter.to));
  }
  if (filter.after) by_position(where, *filter.after, ">");
  if (filter.before) by_position(where, *filter.before, "<");
  return where;
}

}  // namespace

std::string visible_condition(std::string_view country) {
  std::string text =
      "t.state = 0 AND t.hidden = 0 AND (t.withheld = '' OR (instr(t.withheld, ',XX,') = 0"
      " AND instr(t.withheld, ',XY,') = 0";
  if (!country.empty()) text.append(" AND instr(t.withheld, ',").append(country).append(",') = 0");
  return text + "))";
}

Held SqliteReads::held(const Tweet& tweet) {
  Held held = Held::absent;
  std::string packed;
  const auto revision = revision_of(tweet);
  sql_.each(
      "SELECT t.state, t.observed, b.packed FROM tweets t LEFT JOIN tweet_bodies b ON b.number = t.number"
      " WHERE t.id = ?",
      [&](const sqlite::Statement& row) {
        const auto state = static_cast<RowState>(row.integer(0));
        const bool known = state == RowState::tombstone || (state == RowState::live && row.integer(1) >= revision);
        held = known ? Held::same_or_newer : Held::older;
        if (!known && state == RowState::live) packed = row.text(2);
      },
      tweet.id);
  if (packed.empty()) return held;
  const auto stored = read_packed_enriched(packed);
  return stored && fingerprint_of(stored->tweet) == fingerprint_of(tweet) ? Held::same_or_newer : held;
}

std::vector<Held> SqliteReads::contains(std::span<const Tweet> tweets) {
  std::vector<Held> held_ones;
  held_ones.reserve(tweets.size());
  for (const auto& tweet : tweets) {
    held_ones.push_back(tweet.action == Action::none ? held(tweet) : Held::absent);
  }
  return held_ones;
}

std::vector<bool> SqliteReads::erased_authors(std::span<const Tweet> tweets) {
  std::vector<bool> erased(tweets.size(), false);
  for (std::size_t i = 0; i < tweets.size(); ++i) {
    if (tweets[i].author.id.empty() || tweets[i].action != Action::none) continue;
    sql_.each(
        "SELECT 1 FROM author_marks WHERE author = ? AND erased_at IS NOT NULL",
        [&](const sqlite::Statement&) { erased[i] = true; }, tweets[i].author.id);
  }
  return erased;
}

std::optional<EnrichedTweet> SqliteReads::unpack(std::string_view packed, std::string_view withheld) {
  auto tweet = read_packed_enriched(packed);
  if (!tweet) {
    sql_.fail(Error{ErrorCode::corrupt, "Reading " + sql_.database().file().string() + ": " + tweet.error().what});
    return std::nullopt;
  }
  if (joined_countries(tweet->tweet.withheld_in) != withheld) tweet->tweet.withheld_in = split_countries(withheld);
  return std::move(*tweet);
}

std::vector<EnrichedTweet> SqliteReads::tweets(std::span<const std::string> ids) {
  const std::string text =
      "SELECT b.packed, t.withheld FROM tweets t JOIN tweet_bodies b ON b.number = t.number WHERE t.id = ? AND " +
      std::string(visible_);
  std::vector<EnrichedTweet> tweets;
  tweets.reserve(ids.size());
  for (const auto& id : ids) {
    sql_.each(
        text,
        [&](const sqlite::Statement& row) {
          if (auto tweet = unpack(row.text(0), row.text(1))) tweets.push_back(std::move(*tweet));
        },
        id);
  }
  return tweets;
}

std::vector<EnrichedTweet> SqliteReads::find(const TweetFilter& filter) {
  Where where = where_of(filter);
  const std::string_view order = filter.descending ? "DESC" : "ASC";
  std::string text = "SELECT b.packed, t.withheld FROM tweets t JOIN tweet_bodies b ON b.number = t.number WHERE ";
  text.append(visible_).append(where.text).append(" ORDER BY t.created_at ").append(order).append(", t.id ");
  text.append(order).append(" LIMIT ?");
  where.values.emplace_back(static_cast<std::int64_t>(filter.limit));
  std::vector<EnrichedTweet> tweets;
  sql_.each_of(text, where.values, [&](const sqlite::Statement& row) {
    if (auto tweet = unpack(row.text(0), row.text(1))) tweets.push_back(std::move(*tweet));
  });
  return tweets;
}

std::string SqliteReads::raw(std::string_view id) {
  const std::string text = "SELECT b.raw FROM tweets t JOIN tweet_bodies b ON b.number = t.number WHERE t.id = ? AND " +
                           std::string(visible_);
  std::string raw;
  sql_.each(
      text, [&](const sqlite::Statement& row) { raw = row.text(0); }, id);
  return raw;
}

std::optional<Position> SqliteReads::position(std::string_view id) {
  const std::string text = "SELECT t.created_at FROM tweets t WHERE t.id = ? AND " + std::string(visible_);
  std::optional<Position> position;
  sql_.each(
      text,
      [&](const sqlite::Statement& row) {
        position = Position{from_ms(row.integer(0)), std::string(id)};
      },
      id);
  return position;
}

std::vector<IdRevision> SqliteReads::revisions(std::string_view after_id, std::size_t limit) {
  std::vector<IdRevision> rows;
  sql_.each(
      "SELECT id, revision FROM tweets WHERE id > ? ORDER BY id LIMIT ?",
      [&](const sqlite::Statement& row) {
        rows.push_back({std::string(row.text(0)), row.integer(1)});
      },
      after_id, limit);
  return rows;
}

}  // namespace tweetpulse
