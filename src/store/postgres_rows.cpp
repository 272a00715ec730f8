#include "store/postgres_rows.h"

#include "base/failpoint.h"

namespace tweetpulse {
namespace {

constexpr std::string_view kLoad =
    "SELECT t.id, t.state, t.observed, t.created_at, t.source, t.kind, t.lang, t.sentiment, t.author, t.handle, "
    "t.alias,"
    " t.hidden, t.withheld, t.marked, t.marked_at, t.erased_at, t.restored_at, t.removed_at, t.uncounted, t.packed"
    " FROM tweets t ";
constexpr std::size_t kColumns = 16;    // of a bulk insert
constexpr std::size_t kLargest = 1024;  // rows; the protocol's bound is 65,535 values
constexpr int kPackedColumn = 19;

const std::string& load_where(std::string_view what) {
  static const std::string by_id = std::string(kLoad) + "WHERE t.id = $1 FOR UPDATE";
  static const std::string by_ids = std::string(kLoad) + "WHERE t.id = ANY($1) ORDER BY t.id FOR UPDATE";
  static const std::string by_alias = std::string(kLoad) + "WHERE t.alias = $1 ORDER BY t.id LIMIT 1 FOR UPDATE";
  static const std::string by_chain =
      std::string(kLoad) + "JOIN chains c ON c.id = t.id WHERE c.chain = $1 ORDER BY t.id FOR UPDATE OF t";
  static const std::string by_author =
      std::string(kLoad) + "WHERE t.author = $1 AND t.state <> 1 ORDER BY t.id FOR UPDATE";
  return what == "id"      ? by_id
         : what == "ids"   ? by_ids
         : what == "alias" ? by_alias
         : what == "chain" ? by_chain
                           : by_author;
}

std::optional<std::int64_t> ms_or_null(const postgres::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return to_ms(row.time(column));
}

TweetRow read_row(const postgres::Row& row) {
  TweetRow tweet;
  tweet.number = 1;
  tweet.id = row.text(0);
  tweet.state = static_cast<RowState>(row.integer(1));
  tweet.observed = row.integer(2);
  tweet.dimensions.created_at = to_ms(row.time(3));
  tweet.dimensions.source = row.text(4);
  tweet.dimensions.kind = row.text(5);
  tweet.dimensions.lang = row.text(6);
  tweet.dimensions.sentiment = row.text(7);
  tweet.author = row.text_or_null(8);
  tweet.handle = row.text_or_null(9);
  tweet.alias = row.text_or_null(10);
  tweet.hidden = row.flag(11);
  tweet.withheld = row.text(12);
  tweet.marked = row.text_or_null(13);
  tweet.marked_at = ms_or_null(row, 14);
  tweet.erased_at = ms_or_null(row, 15);
  tweet.restored_at = ms_or_null(row, 16);
  tweet.removed_at = ms_or_null(row, 17);
  tweet.uncounted = row.flag(18);
  return tweet;
}

// INSERT of so many rows; the text of each size is made once.
const std::string& insert_text(std::size_t rows) {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> made;
    for (std::size_t size = 1; size <= kLargest; size *= 2) {
      std::string text =
          "INSERT INTO tweets (id, state, observed, created_at, source, kind, lang, sentiment, author, handle, alias,"
          " hidden, withheld, uncounted, packed, raw) VALUES ";
      for (std::size_t i = 0; i < size * kColumns; ++i) {
        text += i % kColumns == 0 ? (i == 0 ? "($" : "), ($") : ", $";
        text += std::to_string(i + 1);
      }
      made.push_back(text + ") ON CONFLICT (id) DO NOTHING RETURNING id");
    }
    return made;
  }();
  std::size_t power = 0;
  while ((std::size_t{1} << (power + 1)) <= rows && power + 1 < texts.size()) ++power;
  return texts[power];
}

std::size_t chunk_of(std::size_t rows) {
  std::size_t size = 1;
  while (size * 2 <= rows && size < kLargest) size *= 2;
  return size;
}

}  // namespace

void PostgresRows::keep(const postgres::Row& row, std::vector<TweetRow>* also) {
  Known& known = known_[std::string(row.text(0))];
  // A placeholder of this transaction is no row yet.
  if (known.placeholder) return;
  known.row = read_row(row);
  known.packed = row.text_or_null(kPackedColumn);
  if (also != nullptr) also->push_back(*known.row);
}

void PostgresRows::insert_chunk(std::span<NewRow> rows, std::unordered_set<std::string>& inserted) {
  static const std::optional<std::string_view> kNone;
  postgres::Parameters values;
  for (const auto& [row, packed, raw, placeholder] : rows) {
    const auto& d = row.dimensions;
    values.add(row.id);
    values.add(static_cast<int>(row.state));
    values.add(row.observed);
    values.add(from_ms(d.created_at));
    values.add(d.source);
    values.add(d.kind);
    values.add(d.lang);
    values.add(d.sentiment);
    values.add(row.author);
    values.add(row.handle);
    values.add(row.alias);
    values.add(row.hidden);
    values.add(row.withheld);
    values.add(row.uncounted);
    values.add(placeholder ? kNone : std::optional(std::string_view(packed)));
    values.add(raw.empty() ? kNone : std::optional(raw));
  }
  sql_.send(insert_text(rows.size()), values, [&inserted](const postgres::Row& row) { inserted.emplace(row.text(0)); });
}

std::vector<bool> PostgresRows::insert_all(std::span<NewRow> rows) {
  std::unordered_set<std::string> inserted;
  inserted.reserve(rows.size());
  for (std::size_t at = 0; at < rows.size();) {
    const auto size = chunk_of(rows.size() - at);
    insert_chunk(rows.subspan(at, size), inserted);
    at += size;
  }
  sql_.settle();
  std::vector<bool> fresh(rows.size(), false);
  if (sql_.failed()) return fresh;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [row, packed, raw, placeholder] = rows[i];
    fresh[i] = inserted.contains(row.id);
    if (!placeholder && (fresh[i] || BROKEN("count_all_rows"))) count(row.dimensions, 1);
    if (!fresh[i]) continue;
    changed_ = true;
    // What the batch says of a new post later is rare enough to be read back.
    if (placeholder) known_[row.id].placeholder = true;
  }
  return fresh;
}

void PostgresRows::preload(const std::vector<std::string_view>& ids) {
  std::vector<std::string_view> unknown;
  for (const auto id : ids)
    if (known_.try_emplace(std::string(id)).second) unknown.push_back(id);
  if (!unknown.empty())
    sql_.each(
        load_where("ids"), [this](const postgres::Row& row) { keep(row, nullptr); }, unknown);
}

std::optional<TweetRow> PostgresRows::load(const std::string& id) {
  const auto [known, fresh] = known_.try_emplace(id);
  if (fresh)
    sql_.each(
        load_where("id"), [this](const postgres::Row& row) { keep(row, nullptr); }, id);
  return known_[id].row;
}

std::optional<TweetRow> PostgresRows::load_alias(std::string_view alias) {
  std::vector<TweetRow> rows;
  sql_.each(
      load_where("alias"), [&](const postgres::Row& row) { keep(row, &rows); }, alias);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<TweetRow> PostgresRows::chain(std::string_view first_id) {
  std::vector<TweetRow> rows;
  sql_.each(
      load_where("chain"), [&](const postgres::Row& row) { keep(row, &rows); }, first_id);
  return rows;
}

std::vector<TweetRow> PostgresRows::live_of(std::string_view author) {
  std::vector<TweetRow> rows;
  sql_.each(
      load_where("author"), [&](const postgres::Row& row) { keep(row, &rows); }, author);
  return rows;
}

void PostgresRows::insert(TweetRow& row) {
  Known& known = known_[row.id];
  if (known.placeholder) {
    update(row.id, row);
  } else {
    const auto& d = row.dimensions;
    sql_.run(
        "INSERT INTO tweets (id, state, observed, created_at, source, kind, lang, sentiment, author, handle, alias,"
        " hidden, withheld, marked, marked_at, erased_at, restored_at, removed_at, uncounted)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        row.id, static_cast<int>(row.state), row.observed, from_ms(d.created_at), d.source, d.kind, d.lang, d.sentiment,
        row.author, row.handle, row.alias, row.hidden, row.withheld, row.marked, time_of(row.marked_at),
        time_of(row.erased_at), time_of(row.restored_at), time_of(row.removed_at), row.uncounted);
  }
  row.number = 1;
  known = {row, std::nullopt, false};
  if (row.live()) count(row.dimensions, 1);
  changed_ = true;
}

void PostgresRows::update(const std::string& id, const TweetRow& row) {
  const auto& d = row.dimensions;
  sql_.run(
      "UPDATE tweets SET id = $1, state = $2, observed = $3, created_at = $4, source = $5, kind = $6, lang = $7,"
      " sentiment = $8, author = $9, handle = $10, alias = $11, hidden = $12, withheld = $13, marked = $14,"
      " marked_at = $15, erased_at = $16, restored_at = $17, removed_at = $18, uncounted = $19 WHERE id = $20",
      row.id, static_cast<int>(row.state), row.observed, from_ms(d.created_at), d.source, d.kind, d.lang, d.sentiment,
      row.author, row.handle, row.alias, row.hidden, row.withheld, row.marked, time_of(row.marked_at),
      time_of(row.erased_at), time_of(row.restored_at), time_of(row.removed_at), row.uncounted, id);
}

void PostgresRows::replace(const TweetRow& before, const TweetRow& after) {
  update(before.id, after);
  if (before.live()) count(before.dimensions, -1);
  if (after.live()) count(after.dimensions, 1);
  if (visible(before) && !visible(after)) removed_.insert(after.id);
  changed_ = true;
  auto body = std::move(known_[before.id].packed);
  if (before.id != after.id) known_[before.id] = {};
  known_[after.id] = {after, std::move(body), false};
}

void PostgresRows::bury(TweetRow& row, std::int64_t removed_at) {
  const TweetRow before = row;
  row.state = RowState::tombstone;
  row.author.reset();
  row.handle.reset();
  row.hidden = false;
  row.withheld.clear();
  row.removed_at = removed_at;
  replace(before, row);
  sql_.run("UPDATE tweets SET packed = NULL, raw = NULL WHERE id = $1", row.id);
  sql_.run("DELETE FROM tweet_revisions WHERE id = $1", row.id);
  known_[row.id].packed.reset();
  removed_.insert(row.id);
}

void PostgresRows::put_body(const std::string& id, std::string packed, std::string_view raw) {
  const auto payload = raw.empty() ? std::nullopt : std::optional(raw);
  sql_.run("UPDATE tweets SET packed = $2, raw = $3 WHERE id = $1", id, packed, payload);
  known_[id].packed = std::move(packed);
}

std::string PostgresRows::packed(const std::string& id) {
  return known_[id].packed.value_or("");
}

void PostgresRows::keep_revision(std::string_view id, std::uint64_t fingerprint, std::int64_t revision,
                                 std::string_view packed) {
  sql_.run(
      "INSERT INTO tweet_revisions (id, fingerprint, revision, packed) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (id, fingerprint) DO UPDATE SET revision = excluded.revision, packed = excluded.packed"
      " WHERE excluded.revision > tweet_revisions.revision",
      id, static_cast<std::int64_t>(fingerprint), revision, packed);
}

void PostgresRows::forget_revision(std::string_view id, std::uint64_t fingerprint) {
  sql_.run("DELETE FROM tweet_revisions WHERE id = $1 AND fingerprint = $2", id,
           static_cast<std::int64_t>(fingerprint));
}

void PostgresRows::forget_uncounted(const std::string& id) {
  sql_.run("UPDATE tweets SET uncounted = false WHERE id = $1", id);
  if (auto& known = known_[id]; known.row) known.row->uncounted = false;
}

void PostgresRows::count(const Dimensions& dimensions, std::int64_t tweets) {
  Dimensions hour = dimensions;
  hour.created_at = to_ms(hour_of(BROKEN("hour_of_arrival") ? now() : from_ms(dimensions.created_at)));
  hours_[std::move(hour)] += tweets;
}

void PostgresRows::write_hours() {
  std::vector<std::int64_t> seconds, tweets;
  std::vector<std::string_view> sources, kinds, langs, sentiments;
  for (const auto& [hour, change] : hours_) {
    if (change == 0) continue;
    seconds.push_back(hour.created_at / 1000);
    sources.push_back(hour.source);
    kinds.push_back(hour.kind);
    langs.push_back(hour.lang);
    sentiments.push_back(hour.sentiment);
    tweets.push_back(change);
  }
  if (tweets.empty()) return;
  sql_.run(
      "INSERT INTO tweet_aggregations (hour, source, kind, lang, sentiment, tweets, changed_at)"
      " SELECT to_timestamp(second), source, kind, lang, sentiment, change, clock_timestamp()"
      " FROM unnest($1, $2, $3, $4, $5, $6) AS changes (second, source, kind, lang, sentiment, change)"
      " ON CONFLICT (hour, source, kind, lang, sentiment)"
      " DO UPDATE SET tweets = tweet_aggregations.tweets + excluded.tweets, changed_at = excluded.changed_at",
      seconds, sources, kinds, langs, sentiments, tweets);
}

bool PostgresRows::visible(const TweetRow& row) const {
  return row.live() && !row.hidden && !withheld_in(row.withheld, country_);
}

}  // namespace tweetpulse
