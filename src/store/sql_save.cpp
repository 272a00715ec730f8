#include "store/sql_save.h"

#include <algorithm>

#include "base/failpoint.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {

SqlSave::SqlSave(Sql& sql, std::span<const EnrichedTweet> batch, const BatchOrigin& origin, std::string_view country)
    : sql_(sql),
      batch_(batch),
      origin_(origin),
      rows_(sql, country),
      chains_(sql, rows_),
      authors_(sql, rows_, chains_),
      ledger_(sql, batch, origin) {}

bool SqlSave::wants_alone(std::span<const EnrichedTweet> batch) {
  return std::any_of(batch.begin(), batch.end(), [](const EnrichedTweet& enriched) {
    const Tweet& tweet = enriched.tweet;
    if (tweet.action == Action::none) return tweet.edit_history.size() > 1;
    return is_author_action(tweet) || !tweet.edit_history.empty() || !tweet.alias.empty() || tweet.id.empty();
  });
}

bool SqlSave::begin(bool alone) {
  const auto& dialect = sql_.dialect();
  // Savers share this lock; who changes authors or chains has it alone: neither can see what the other is writing.
  if (const auto lock = alone ? dialect.lock_alone : dialect.lock_savers; !lock.empty()) sql_.run(lock);
  std::vector<std::string_view> ids, authors, aliases;
  unfit_.reserve(batch_.size());
  for (const auto& enriched : batch_) {
    const Tweet& tweet = enriched.tweet;
    unfit_.push_back(!unfit_reason(enriched, dialect).empty());
    if (unfit_.back()) continue;
    ids.push_back(tweet.id);
    if (tweet.edit_history.size() > 1 || tweet.action != Action::none)
      ids.insert(ids.end(), tweet.edit_history.begin(), tweet.edit_history.end());
    if (!tweet.alias.empty()) aliases.push_back(tweet.alias);
    if (!tweet.author.id.empty()) authors.push_back(tweet.author.id);
  }
  std::sort(authors.begin(), authors.end());
  authors.erase(std::unique(authors.begin(), authors.end()), authors.end());
  chains_.ask(ids);
  authors_.ask(authors);
  if (!aliases.empty())
    sql_.ask(
        "SELECT alias FROM tweets WHERE alias = ANY($1) AND observed < 0",
        [this](const SqlRow& row) { waiting_aliases_.emplace(row.text(0)); }, aliases);
  sql_.settle();
  const bool needs_it = !waiting_aliases_.empty() || chains_.knows_any();
  if (alone || needs_it) ledger_.look_up();
  return alone || dialect.embedded || !needs_it;
}

SaveReport SqlSave::run(bool aggregations) {
  // What is said of an author holds for the posts that follow it in the batch, so it is a border for sorting.
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (unfit_[i]) {
      report_.refused.emplace_back(i, unfit_reason(batch_[i], sql_.dialect()));
    } else if (!is_author_action(batch_[i].tweet)) {
      indices.push_back(i);
    } else {
      save_segment(indices);
      if (ledger_.redelivered(i) && !BROKEN("count_all_rows")) {
        ++report_.redelivered;
      } else {
        count(i, apply(i));
      }
    }
  }
  save_segment(indices);
  if (aggregations) {
    rows_.write_hours();
  } else {
    sql_.run("UPDATE numbers SET value = 1 WHERE name = 'hours_incomplete' AND value = 0");
  }
  if (rows_.changed()) sql_.count_change(origin_.consumer);
  std::sort(report_.refused.begin(), report_.refused.end());
  ledger_.write(report_);
  report_.removed_ids = rows_.removed_ids();
  return std::move(report_);
}

// The worker may have died between the commit and telling others of the removal.
void SqlSave::name_again(const Tweet& tweet) {
  if (tweet.action != Action::erase) return;
  const auto row = find(tweet);
  if (row && row->state == RowState::tombstone) rows_.removed(row->id);
}

void SqlSave::save_segment(std::vector<std::size_t>& indices) {
  if (indices.empty() || sql_.failed()) return;
  std::stable_sort(indices.begin(), indices.end(),
                   [this](std::size_t a, std::size_t b) { return batch_[a].tweet.id < batch_[b].tweet.id; });
  const auto rest = insert_new(indices);
  indices.clear();
  if (rest.empty() || sql_.failed()) return;
  std::vector<std::string_view> ids;
  for (const std::size_t index : rest) ids.push_back(batch_[index].tweet.id);
  rows_.preload(ids);
  ledger_.look_up();
  for (const std::size_t index : rest) {
    if (sql_.failed()) return;
    if (ledger_.redelivered(index) && !BROKEN("count_all_rows")) {
      ++report_.redelivered;
      name_again(batch_[index].tweet);
    } else {
      count(index, apply(index));
    }
  }
}

bool SqlSave::takes_bulk(const Tweet& tweet) const {
  switch (tweet.action) {
    case Action::none:
      return !authors_.marks(tweet.author.id).erased_at &&
             (tweet.alias.empty() || !waiting_aliases_.contains(tweet.alias));
    case Action::erase:
      return tweet.edit_history.empty() && tweet.alias.empty() && !tweet.id.empty();
    case Action::restore:
    case Action::withhold:
      return tweet.alias.empty() && !tweet.id.empty();
    default:
      return false;
  }
}

// Nearly all are posts never seen, so inserting comes before looking. The rows that actions need where none is come
// with it: then whoever waits for a row that another inserts holds no row that is locked later.
std::vector<std::size_t> SqlSave::insert_new(const std::vector<std::size_t>& indices) {
  std::vector<std::size_t> rest, tried;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::size_t index = indices[i];
    const Tweet& tweet = batch_[index].tweet;
    const bool first = i == 0 || batch_[indices[i - 1]].tweet.id != tweet.id;
    const bool again = ledger_.redelivered(index) && !BROKEN("count_all_rows");
    (first && !again && takes_bulk(tweet) ? tried : rest).push_back(index);
  }
  if (BROKEN("unsorted_ids")) std::sort(tried.begin(), tried.end());
  std::vector<NewRow> rows;
  rows.reserve(tried.size());
  scrubbed_.clear();
  scrubbed_.reserve(tried.size());
  for (const std::size_t index : tried) rows.push_back(new_row(index));
  const auto fresh = rows_.insert_all(rows);
  for (std::size_t i = 0; i < tried.size() && !sql_.failed(); ++i) {
    const Tweet& tweet = batch_[tried[i]].tweet;
    if (!fresh[i] || tweet.action != Action::none) {
      rest.push_back(tried[i]);
      continue;
    }
    count(tried[i], Class::created);
    chains_.learn(tweet.edit_history, false);
    chains_.follow(tweet.id);
  }
  std::sort(rest.begin(), rest.end());
  std::stable_sort(rest.begin(), rest.end(),
                   [this](std::size_t a, std::size_t b) { return batch_[a].tweet.id < batch_[b].tweet.id; });
  return rest;
}

NewRow SqlSave::new_row(std::size_t index) {
  const EnrichedTweet& enriched = batch_[index];
  if (enriched.tweet.action != Action::none) return {placeholder(enriched.tweet), nullptr, {}};
  const auto& marks = authors_.marks(enriched.tweet.author.id);
  NewRow made{{}, &enriched, enriched.tweet.raw};
  made.row.id = enriched.tweet.id;
  made.row.uncounted = !ledger_.counts();
  fill(made.row, enriched, marks);
  if (marks.scrubbed_to && !made.raw.empty()) {
    scrubbed_.push_back(payload(made.row, enriched.tweet, marks));
    made.raw = scrubbed_.back();
  }
  return made;
}

void SqlSave::count(std::size_t index, Class what) {
  switch (what) {
    case Class::created:
      ++report_.created;
      break;
    case Class::changed:
      ++report_.changed;
      break;
    case Class::erased:
      ++report_.erased;
      break;
    case Class::duplicate:
      ++report_.duplicate;
      break;
    case Class::refused:
      report_.refused.emplace_back(index, "author_erased");
      break;
  }
}

SqlSave::Class SqlSave::apply(std::size_t index) {
  const Tweet& tweet = batch_[index].tweet;
  if (!is_author_action(tweet)) return on_tweet(index);
  switch (authors_.apply(tweet)) {
    case SqlAuthors::Effect::erased:
      return Class::erased;
    case SqlAuthors::Effect::changed:
      return Class::changed;
    default:
      return Class::duplicate;
  }
}

SqlSave::Class SqlSave::on_tweet(std::size_t index) {
  const Tweet& tweet = batch_[index].tweet;
  auto row = find(tweet);
  Class what = Class::duplicate;
  switch (tweet.action) {
    case Action::none:
      what = post(batch_[index], authors_.marks(tweet.author.id), row);
      break;
    case Action::erase:
      what = !tweet.edit_history.empty() ? restate(tweet, row) : erase(tweet, row);
      break;
    case Action::restore:
      what = restore(tweet, row);
      break;
    case Action::withhold:
      what = withhold(tweet, row);
      break;
    default:
      break;
  }
  // The API made the row before its queue entry came: this is the entry.
  if (row && row->uncounted && ledger_.counts() && what != Class::refused) {
    rows_.forget_uncounted(row->id);
    return Class::created;
  }
  return what;
}

// A tombstone that knew the alias alone takes the id of the post.
std::optional<TweetRow> SqlSave::find(const Tweet& tweet) {
  auto row = rows_.load(tweet.id);
  if (row || tweet.alias.empty()) return row;
  row = rows_.load_alias(tweet.alias);
  if (!row || tweet.action != Action::none) return row;
  if (row->observed >= 0) return std::nullopt;
  const TweetRow before = *row;
  row->id = tweet.id;
  rows_.replace(before, *row);
  return row;
}

}  // namespace tweetpulse
