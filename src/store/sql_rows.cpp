#include "store/sql_rows.h"

#include "base/failpoint.h"

namespace tweetpulse {
namespace {

constexpr std::string_view kColumns =
    "t.id, t.state, t.observed, t.created_at, t.source, t.kind, t.lang, t.sentiment, t.author, t.handle, t.alias,"
    " t.hidden, t.withheld, t.marked, t.marked_at, t.erased_at, t.restored_at, t.removed_at, t.uncounted, packed";
constexpr int kPackedColumn = 19;

TweetRow read_row(const SqlRow& row) {
  TweetRow tweet;
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
  tweet.marked_at = row.ms_or_null(14);
  tweet.erased_at = row.ms_or_null(15);
  tweet.restored_at = row.ms_or_null(16);
  tweet.removed_at = row.ms_or_null(17);
  tweet.uncounted = row.flag(18);
  return tweet;
}

}  // namespace

bool any_in(Sql& sql, std::string_view table) {
  bool any = false;
  sql.each("SELECT EXISTS (SELECT 1 FROM " + std::string(table) + ")", [&](const SqlRow& row) { any = row.flag(0); });
  return any;
}

std::string SqlRows::load_where(std::string_view condition) const {
  const auto& dialect = sql_.dialect();
  std::string text = "SELECT ";
  text.append(kColumns).append(" FROM tweets t ").append(dialect.bodies).append(" ").append(condition);
  return text.append(dialect.locked);
}

void SqlRows::keep(const SqlRow& row, std::vector<TweetRow>* also) {
  Known& known = known_[std::string(row.text(0))];
  // A placeholder of this transaction is no row yet.
  if (known.placeholder) return;
  known.row = read_row(row);
  known.packed = row.text_or_null(kPackedColumn);
  if (also != nullptr) also->push_back(*known.row);
}

std::vector<bool> SqlRows::insert_all(std::span<const NewRow> rows) {
  auto fresh = sql_.insert_new(rows);
  if (sql_.failed()) return std::vector<bool>(rows.size(), false);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [row, post, raw] = rows[i];
    if (post != nullptr && (fresh[i] || BROKEN("count_all_rows"))) count(row.dimensions, 1);
    if (!fresh[i]) continue;
    changed_ = true;
    // What the batch says of a new post later is rare enough to be read back.
    if (post == nullptr) known_[row.id].placeholder = true;
  }
  return fresh;
}

void SqlRows::preload(const std::vector<std::string_view>& ids) {
  std::vector<std::string_view> unknown;
  for (const auto id : ids)
    if (known_.try_emplace(std::string(id)).second) unknown.push_back(id);
  if (!unknown.empty())
    sql_.each(
        load_where("WHERE t.id = ANY($1) ORDER BY t.id"), [this](const SqlRow& row) { keep(row, nullptr); }, unknown);
}

std::optional<TweetRow> SqlRows::load(const std::string& id) {
  const auto [known, fresh] = known_.try_emplace(id);
  if (fresh)
    sql_.each(
        load_where("WHERE t.id = $1"), [this](const SqlRow& row) { keep(row, nullptr); }, id);
  return known_[id].row;
}

std::optional<TweetRow> SqlRows::load_alias(std::string_view alias) {
  std::vector<TweetRow> rows;
  sql_.each(
      load_where("WHERE t.alias = $1 ORDER BY t.id LIMIT 1"), [&](const SqlRow& row) { keep(row, &rows); }, alias);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<TweetRow> SqlRows::chain(std::string_view first_id) {
  std::vector<TweetRow> rows;
  sql_.each(
      load_where("JOIN chains c ON c.id = t.id WHERE c.chain = $1 ORDER BY t.id"),
      [&](const SqlRow& row) { keep(row, &rows); }, first_id);
  return rows;
}

std::vector<TweetRow> SqlRows::live_of(std::string_view author) {
  std::vector<TweetRow> rows;
  sql_.each(
      load_where("WHERE t.author = $1 AND t.state <> 1 ORDER BY t.id"), [&](const SqlRow& row) { keep(row, &rows); },
      author);
  return rows;
}

void SqlRows::insert(TweetRow& row) {
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
  known = {row, std::nullopt, false};
  if (row.live()) count(row.dimensions, 1);
  changed_ = true;
}

void SqlRows::update(const std::string& id, const TweetRow& row) {
  const auto& d = row.dimensions;
  sql_.run(
      "UPDATE tweets SET id = $1, state = $2, observed = $3, created_at = $4, source = $5, kind = $6, lang = $7,"
      " sentiment = $8, author = $9, handle = $10, alias = $11, hidden = $12, withheld = $13, marked = $14,"
      " marked_at = $15, erased_at = $16, restored_at = $17, removed_at = $18, uncounted = $19 WHERE id = $20",
      row.id, static_cast<int>(row.state), row.observed, from_ms(d.created_at), d.source, d.kind, d.lang, d.sentiment,
      row.author, row.handle, row.alias, row.hidden, row.withheld, row.marked, time_of(row.marked_at),
      time_of(row.erased_at), time_of(row.restored_at), time_of(row.removed_at), row.uncounted, id);
}

void SqlRows::replace(const TweetRow& before, const TweetRow& after) {
  update(before.id, after);
  if (before.live()) count(before.dimensions, -1);
  if (after.live()) count(after.dimensions, 1);
  if (visible(before) && !visible(after)) removed_.insert(after.id);
  changed_ = true;
  auto body = std::move(known_[before.id].packed);
  if (before.id != after.id) known_[before.id] = {};
  known_[after.id] = {after, std::move(body), false};
}

void SqlRows::bury(TweetRow& row, std::int64_t removed_at) {
  const TweetRow before = row;
  row.state = RowState::tombstone;
  row.author.reset();
  row.handle.reset();
  row.hidden = false;
  row.withheld.clear();
  row.removed_at = removed_at;
  replace(before, row);
  sql_.run(sql_.dialect().drop_body, row.id);
  sql_.run("DELETE FROM tweet_revisions WHERE id = $1", row.id);
  known_[row.id].packed.reset();
  removed_.insert(row.id);
}

void SqlRows::put_body(const std::string& id, std::string packed, std::string_view raw) {
  const auto payload = raw.empty() ? std::nullopt : std::optional(raw);
  sql_.run(sql_.dialect().put_body, packed, payload, id);
  known_[id].packed = std::move(packed);
}

std::string SqlRows::packed(const std::string& id) {
  return known_[id].packed.value_or("");
}

void SqlRows::keep_revision(std::string_view id, std::uint64_t fingerprint, std::int64_t revision,
                            std::string_view packed) {
  sql_.run(
      "INSERT INTO tweet_revisions (id, fingerprint, revision, packed) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (id, fingerprint) DO UPDATE SET revision = excluded.revision, packed = excluded.packed"
      " WHERE excluded.revision > tweet_revisions.revision",
      id, static_cast<std::int64_t>(fingerprint), revision, packed);
}

void SqlRows::forget_revision(std::string_view id, std::uint64_t fingerprint) {
  sql_.run("DELETE FROM tweet_revisions WHERE id = $1 AND fingerprint = $2", id,
           static_cast<std::int64_t>(fingerprint));
}

void SqlRows::forget_uncounted(const std::string& id) {
  sql_.run("UPDATE tweets SET uncounted = $1 WHERE id = $2", false, id);
  if (auto& known = known_[id]; known.row) known.row->uncounted = false;
}

void SqlRows::count(const Dimensions& dimensions, std::int64_t tweets) {
  Dimensions hour = dimensions;
  hour.created_at = to_ms(hour_of(BROKEN("hour_of_arrival") ? now() : from_ms(dimensions.created_at)));
  hours_[std::move(hour)] += tweets;
}

bool SqlRows::visible(const TweetRow& row) const {
  return row.live() && !row.hidden && !withheld_in(row.withheld, country_);
}

}  // namespace tweetpulse
