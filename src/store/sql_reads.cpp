#include "store/sql_reads.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "store/tweet_row.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {
namespace {

// Conditions joined by AND, with their values.
struct Where {
  std::string text;
  std::vector<SqlValue> values;
  std::deque<std::string> kept;  // texts that values name

  std::string value(const SqlValue& given) {
    values.push_back(given);
    return "$" + std::to_string(values.size());
  }
  void add(const std::string& condition) { text.append(" AND ").append(condition); }
  std::string among(const std::string& column, const std::vector<std::string>& choices) {
    std::string list;
    for (const auto& choice : choices) list += (list.empty() ? "" : ", ") + value(kept.emplace_back(choice));
    return column + " IN (" + list + ")";
  }
  void one_of(const std::string& column, const std::vector<std::string>& choices) {
    if (!choices.empty()) add(among(column, choices));
  }
};

void by_author(Where& where, const std::vector<std::string>& authors) {
  if (authors.empty()) return;
  std::vector<std::string> handles;
  for (const auto& author : authors)
    if (auto handle = folded_handle(author)) handles.push_back(std::move(*handle));
  const std::string by_id = where.among("t.author", authors);
  where.add("(" + by_id + (handles.empty() ? "" : " OR " + where.among("t.handle", handles)) + ")");
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

}  // namespace

std::string visible_condition(std::string_view country) {
  std::string text =
      "t.state = 0 AND NOT t.hidden AND (t.withheld = '' OR (t.withheld NOT LIKE '%,XX,%'"
      " AND t.withheld NOT LIKE '%,XY,%'";
  if (!country.empty()) text.append(" AND t.withheld NOT LIKE '%,").append(country).append(",%'");
  return text + "))";
}

// What no row can hold must not be asked for.
bool SqlReads::can_hold(std::string_view text) const {
  return sql_.dialect().holds_text(text);
}

std::string SqlReads::from_tweets(std::string_view columns, std::string_view condition) const {
  std::string text = "SELECT ";
  text.append(columns).append(" FROM tweets t ").append(sql_.dialect().bodies).append(" WHERE ").append(condition);
  return text;
}

std::vector<Held> SqlReads::contains(std::span<const Tweet> tweets) {
  std::vector<Held> held(tweets.size(), Held::absent);
  std::vector<std::string_view> ids, older;
  std::unordered_multimap<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < tweets.size(); ++i) {
    if (tweets[i].action != Action::none || !can_hold(tweets[i].id)) continue;
    ids.push_back(tweets[i].id);
    places.emplace(tweets[i].id, i);
  }
  const auto for_places_of = [&](std::string_view id, auto&& then) {
    for (auto [at, end] = places.equal_range(id); at != end; ++at) then(at->first, at->second);
  };
  if (ids.empty()) return held;
  sql_.each(
      "SELECT id, state, observed FROM tweets WHERE id = ANY($1)",
      [&](const SqlRow& row) {
        const auto state = static_cast<RowState>(row.integer(1));
        const auto observed = row.integer(2);
        for_places_of(row.text(0), [&](std::string_view id, std::size_t place) {
          const bool live = state == RowState::live;
          const bool newest = state == RowState::tombstone || (live && observed >= revision_of(tweets[place]));
          held[place] = newest ? Held::same_or_newer : Held::older;
          if (live && !newest) older.push_back(id);
        });
      },
      ids);
  if (older.empty()) return held;
  sql_.each(
      from_tweets("t.id, packed", "t.id = ANY($1)"),
      [&](const SqlRow& row) {
        const auto stored = read_packed_enriched(row.text(1));
        if (!stored) return;
        for_places_of(row.text(0), [&](std::string_view, std::size_t place) {
          if (fingerprint_of(stored->tweet) == fingerprint_of(tweets[place])) held[place] = Held::same_or_newer;
        });
      },
      older);
  return held;
}

std::vector<bool> SqlReads::erased_authors(std::span<const Tweet> tweets) {
  std::vector<bool> erased(tweets.size(), false);
  std::vector<std::string_view> authors;
  const auto asks = [&](const Tweet& tweet) {
    return !tweet.author.id.empty() && tweet.action == Action::none && can_hold(tweet.author.id);
  };
  for (const auto& tweet : tweets)
    if (asks(tweet)) authors.push_back(tweet.author.id);
  std::sort(authors.begin(), authors.end());
  authors.erase(std::unique(authors.begin(), authors.end()), authors.end());
  if (authors.empty()) return erased;
  std::unordered_set<std::string> found;
  sql_.each(
      "SELECT author FROM author_marks WHERE author = ANY($1) AND erased_at IS NOT NULL",
      [&](const SqlRow& row) { found.emplace(row.text(0)); }, authors);
  for (std::size_t i = 0; i < tweets.size() && !found.empty(); ++i)
    erased[i] = asks(tweets[i]) && found.contains(tweets[i].author.id);
  return erased;
}

std::optional<EnrichedTweet> SqlReads::unpack(std::string_view packed, std::string_view withheld) {
  auto tweet = read_packed_enriched(packed);
  if (!tweet) {
    sql_.fail(ErrorCode::corrupt, "a stored tweet cannot be read: " + tweet.error().what);
    return std::nullopt;
  }
  if (joined_countries(tweet->tweet.withheld_in) != withheld) tweet->tweet.withheld_in = split_countries(withheld);
  return std::move(*tweet);
}

std::vector<EnrichedTweet> SqlReads::tweets(std::span<const std::string> ids) {
  std::vector<std::string_view> asked;
  for (const auto& id : ids)
    if (can_hold(id)) asked.push_back(id);
  std::unordered_map<std::string, EnrichedTweet> found;
  sql_.each(
      from_tweets("packed, t.withheld, t.id", "t.id = ANY($1) AND " + std::string(visible_)),
      [&](const SqlRow& row) {
        if (auto tweet = unpack(row.text(0), row.text(1))) found.emplace(row.text(2), std::move(*tweet));
      },
      asked);
  std::vector<EnrichedTweet> tweets;
  tweets.reserve(found.size());
  for (const auto& id : ids)
    if (auto one = found.extract(id)) tweets.push_back(std::move(one.mapped()));
  return tweets;
}

std::vector<EnrichedTweet> SqlReads::find(const TweetFilter& filter) {
  Where where = where_of(filter);
  const std::string order = filter.descending ? "DESC" : "ASC", limit = where.value(filter.limit);
  std::vector<EnrichedTweet> tweets;
  sql_.send(from_tweets("packed, t.withheld", std::string(visible_) + where.text + " ORDER BY t.created_at " + order +
                                                  ", t.id " + order + " LIMIT " + limit),
            where.values, [&](const SqlRow& row) {
              if (auto tweet = unpack(row.text(0), row.text(1))) tweets.push_back(std::move(*tweet));
            });
  sql_.settle();
  return tweets;
}

std::string SqlReads::raw(std::string_view id) {
  std::string raw;
  if (!can_hold(id)) return raw;
  sql_.each(
      from_tweets("raw", "t.id = $1 AND " + std::string(visible_)), [&](const SqlRow& row) { raw = row.text(0); }, id);
  return raw;
}

std::optional<Position> SqlReads::position(std::string_view id) {
  std::optional<Position> position;
  if (!can_hold(id)) return position;
  sql_.each(
      "SELECT t.created_at FROM tweets t WHERE t.id = $1 AND " + std::string(visible_),
      [&](const SqlRow& row) {
        position = Position{row.time(0), std::string(id)};
      },
      id);
  return position;
}

std::vector<IdRevision> SqlReads::revisions(std::string_view after_id, std::size_t limit) {
  std::vector<IdRevision> rows;
  sql_.each(
      "SELECT id, state, observed FROM tweets WHERE id > $1 ORDER BY id LIMIT $2",
      [&](const SqlRow& row) {
        const bool live = static_cast<RowState>(row.integer(1)) == RowState::live;
        rows.push_back({std::string(row.text(0)), live ? row.integer(2) : kTombstoneRevision});
      },
      after_id, limit);
  return rows;
}

}  // namespace tweetpulse
