#include "store/postgres_reads.h"

#include "store/tweet_row.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

// Conditions joined by AND, with their values.
struct Where {
  std::string text;
  postgres::Parameters values;

  template <class Value>
  std::string value(const Value& given) {
    values.add(given);
    return "$" + std::to_string(values.size());
  }
  void add(const std::string& condition) { text.append(" AND ").append(condition); }
  void one_of(const std::string& column, const std::vector<std::string>& choices) {
    if (!choices.empty()) add(column + " = ANY(" + value(choices) + ")");
  }
};

void by_author(Where& where, const std::vector<std::string>& authors) {
  if (authors.empty()) return;
  std::vector<std::string> handles;
  for (const auto& author : authors)
    if (auto handle = folded_handle(author)) handles.push_back(std::move(*handle));
  const std::string ids = where.value(authors), folded = where.value(handles);
  where.add("(t.author = ANY(" + ids + ") OR t.handle = ANY(" + folded + "))");
}

void by_position(Where& where, const Position& position, const std::string& order) {
  const std::string time = where.value(position.created_at), id = where.value(position.id);
  where.add("(t.created_at, t.id) " + order + " (" + time + ", " + id + ")");
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
  if (filter.from) where.add("t.created_at >= " + where.value(*filter.from));
  if (filter.to) where.add("t.created_at < " + where.value(*filter.to));
  if (filter.after) by_position(where, *filter.after, ">");
  if (filter.before) by_position(where, *filter.before, "<");
  return where;
}

// Texts that no row can hold are asked for as what no row holds.
std::string_view askable(std::string_view text) {
  return postgres::fits(text) ? text : std::string_view();
}

}  // namespace

std::string postgres_visible(std::string_view country) {
  std::string text =
      "t.state = 0 AND NOT t.hidden AND (t.withheld = '' OR (strpos(t.withheld, ',XX,') = 0"
      " AND strpos(t.withheld, ',XY,') = 0";
  if (!country.empty()) text.append(" AND strpos(t.withheld, ',").append(country).append(",') = 0");
  return text + "))";
}

std::vector<Held> PostgresReads::contains(std::span<const Tweet> tweets) {
  std::vector<Held> held(tweets.size(), Held::absent);
  std::vector<std::string_view> ids;
  std::vector<std::int64_t> revisions, places;
  for (std::size_t i = 0; i < tweets.size(); ++i) {
    if (tweets[i].action != Action::none || !postgres::fits(tweets[i].id)) continue;
    ids.push_back(tweets[i].id);
    revisions.push_back(revision_of(tweets[i]));
    places.push_back(static_cast<std::int64_t>(i));
  }
  if (ids.empty()) return held;
  sql_.each(
      "SELECT asked.place, t.state = 1 OR (t.state = 0 AND t.observed >= asked.revision),"
      " CASE WHEN t.state = 0 AND t.observed < asked.revision THEN t.packed END"
      " FROM unnest($1, $2, $3) AS asked (id, revision, place) JOIN tweets t ON t.id = asked.id",
      [&](const postgres::Row& row) {
        const auto place = static_cast<std::size_t>(row.integer(0));
        held[place] = row.flag(1) ? Held::same_or_newer : Held::older;
        if (row.is_null(2)) return;
        const auto stored = read_packed_enriched(row.text(2));
        if (stored && fingerprint_of(stored->tweet) == fingerprint_of(tweets[place])) held[place] = Held::same_or_newer;
      },
      ids, revisions, places);
  return held;
}

std::vector<bool> PostgresReads::erased_authors(std::span<const Tweet> tweets) {
  std::vector<bool> erased(tweets.size(), false);
  std::vector<std::string_view> authors;
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < tweets.size(); ++i) {
    const auto& tweet = tweets[i];
    if (tweet.author.id.empty() || tweet.action != Action::none || !postgres::fits(tweet.author.id)) continue;
    authors.push_back(tweet.author.id);
    places.push_back(static_cast<std::int64_t>(i));
  }
  if (authors.empty()) return erased;
  sql_.each(
      "SELECT asked.place FROM unnest($1, $2) AS asked (author, place) JOIN author_marks m ON m.author = asked.author"
      " WHERE m.erased_at IS NOT NULL",
      [&](const postgres::Row& row) { erased[static_cast<std::size_t>(row.integer(0))] = true; }, authors, places);
  return erased;
}

std::optional<EnrichedTweet> PostgresReads::unpack(const postgres::Row& row) {
  auto tweet = read_packed_enriched(row.text(0));
  const auto withheld = row.text(1);
  if (!tweet) {
    sql_.fail(ErrorCode::corrupt, "a stored tweet cannot be read: " + tweet.error().what);
    return std::nullopt;
  }
  if (joined_countries(tweet->tweet.withheld_in) != withheld) tweet->tweet.withheld_in = split_countries(withheld);
  return std::move(*tweet);
}

std::vector<EnrichedTweet> PostgresReads::tweets(std::span<const std::string> ids) {
  const std::string text =
      "SELECT t.packed, t.withheld FROM unnest($1) WITH ORDINALITY AS asked (id, place)"
      " JOIN tweets t ON t.id = asked.id WHERE " +
      std::string(visible_) + " ORDER BY asked.place";
  std::vector<EnrichedTweet> tweets;
  tweets.reserve(ids.size());
  std::vector<std::string_view> asked;
  for (const auto& id : ids)
    if (postgres::fits(id)) asked.push_back(id);
  sql_.each(
      text,
      [&](const postgres::Row& row) {
        if (auto tweet = unpack(row)) tweets.push_back(std::move(*tweet));
      },
      asked);
  return tweets;
}

std::vector<EnrichedTweet> PostgresReads::find(const TweetFilter& filter) {
  Where where = where_of(filter);
  const std::string order = filter.descending ? "DESC" : "ASC";
  const std::string limit = where.value(static_cast<std::int64_t>(filter.limit));
  const std::string text = "SELECT t.packed, t.withheld FROM tweets t WHERE " + std::string(visible_) + where.text +
                           " ORDER BY t.created_at " + order + ", t.id " + order + " LIMIT " + limit;
  std::vector<EnrichedTweet> tweets;
  sql_.send(text, where.values, [&](const postgres::Row& row) {
    if (auto tweet = unpack(row)) tweets.push_back(std::move(*tweet));
  });
  sql_.settle();
  return tweets;
}

std::string PostgresReads::raw(std::string_view id) {
  const std::string text = "SELECT t.raw FROM tweets t WHERE t.id = $1 AND " + std::string(visible_);
  std::string raw;
  sql_.each(
      text, [&](const postgres::Row& row) { raw = row.text(0); }, askable(id));
  return raw;
}

std::optional<Position> PostgresReads::position(std::string_view id) {
  const std::string text = "SELECT t.created_at FROM tweets t WHERE t.id = $1 AND " + std::string(visible_);
  std::optional<Position> position;
  sql_.each(
      text,
      [&](const postgres::Row& row) {
        position = Position{row.time(0), std::string(id)};
      },
      askable(id));
  return position;
}

std::vector<IdRevision> PostgresReads::revisions(std::string_view after_id, std::size_t limit) {
  std::vector<IdRevision> rows;
  sql_.each(
      "SELECT id, CASE state WHEN 0 THEN observed ELSE $3 END FROM tweets WHERE id > $1 ORDER BY id LIMIT $2",
      [&](const postgres::Row& row) {
        rows.push_back({std::string(row.text(0)), row.integer(1)});
      },
      after_id, limit, kTombstoneRevision);
  return rows;
}

}  // namespace tweetpulse
