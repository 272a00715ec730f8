#include "store/sqlite_save.h"

#include <algorithm>

#include "base/failpoint.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {

SqliteSave::SqliteSave(Sql& sql, std::span<const EnrichedTweet> batch, const BatchOrigin& origin,
                       std::string_view country)
    : sql_(sql),
      batch_(batch),
      rows_(sql, country),
      chains_(sql, rows_),
      authors_(sql, rows_, chains_),
      ledger_(sql, batch, origin) {}

SaveReport SqliteSave::run(bool aggregations) {
  // What is said of an author holds for the posts that follow it in the batch, so it is a border for sorting.
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    if (ledger_.redelivered(i) && !BROKEN("count_all_rows")) {
      ++report_.redelivered;
      name_again(batch_[i].tweet);
    } else if (is_author_action(batch_[i].tweet)) {
      run_sorted(indices);
      count(i, apply(i));
    } else {
      indices.push_back(i);
    }
  }
  run_sorted(indices);
  if (aggregations) {
    rows_.write_hours(to_ms(now()));
  } else {
    sql_.run("UPDATE numbers SET value = 1 WHERE name = 'hours_incomplete' AND value = 0");
  }
  if (rows_.changed()) sql_.run("UPDATE numbers SET value = value + 1 WHERE name = 'changes'");
  ledger_.write(report_);
  report_.removed_ids = rows_.removed_ids();
  return std::move(report_);
}

// The worker may have died between the commit and telling others of the removal.
void SqliteSave::name_again(const Tweet& tweet) {
  if (tweet.action != Action::erase) return;
  const auto row = find(tweet);
  if (row && row->state == RowState::tombstone) rows_.removed(row->id);
}

void SqliteSave::run_sorted(std::vector<std::size_t>& indices) {
  std::stable_sort(indices.begin(), indices.end(),
                   [this](std::size_t a, std::size_t b) { return batch_[a].tweet.id < batch_[b].tweet.id; });
  for (const std::size_t index : indices) {
    if (sql_.failed()) return;
    count(index, apply(index));
  }
  indices.clear();
}

void SqliteSave::count(std::size_t index, Class what) {
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

SqliteSave::Class SqliteSave::apply(std::size_t index) {
  const Tweet& tweet = batch_[index].tweet;
  if (!is_author_action(tweet)) return on_tweet(index);
  switch (authors_.apply(tweet)) {
    case SqliteAuthors::Effect::erased:
      return Class::erased;
    case SqliteAuthors::Effect::changed:
      return Class::changed;
    default:
      return Class::duplicate;
  }
}

SqliteSave::Class SqliteSave::on_tweet(std::size_t index) {
  const Tweet& tweet = batch_[index].tweet;
  // Nearly all are posts never seen: inserting tells that, without a look before.
  const AuthorMarks marks = tweet.action == Action::none ? authors_.marks(tweet.author.id) : AuthorMarks{};
  const bool direct = tweet.action == Action::none && tweet.alias.empty() && !marks.erased_at;
  if (direct && create(batch_[index], marks)) return Class::created;
  auto row = find(tweet);
  Class what = Class::duplicate;
  switch (tweet.action) {
    case Action::none:
      what = post(batch_[index], marks, row);
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
    sql_.run("UPDATE tweets SET uncounted = 0 WHERE number = ?", row->number);
    return Class::created;
  }
  return what;
}

// A tombstone that knew the alias alone takes the id of the post.
std::optional<TweetRow> SqliteSave::find(const Tweet& tweet) {
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

SqliteSave::Class SqliteSave::post(const EnrichedTweet& tweet, const AuthorMarks& marks,
                                   const std::optional<TweetRow>& row) {
  if (marks.erased_at && !(row && row->state == RowState::tombstone)) return Class::refused;
  if (!row) return create(tweet, marks) ? Class::created : Class::duplicate;
  const Class what = observe(*row, tweet, marks);
  chains_.learn(tweet.tweet.edit_history, false);
  chains_.follow(tweet.tweet.id);
  return what;
}

void SqliteSave::fill(TweetRow& row, const EnrichedTweet& enriched, const AuthorMarks& marks) {
  const Tweet& tweet = enriched.tweet;
  row.state = RowState::live;
  row.observed = revision_of(tweet);
  row.dimensions = dimensions_of(enriched);
  row.author = text_or_null(tweet.author.id);
  row.handle = folded_handle(tweet.author.handle);
  if (!tweet.alias.empty()) row.alias = tweet.alias;
  row.hidden = marks.hidden;
  row.withheld = row.marked_at       ? row.marked.value_or("")
                 : marks.withheld_at ? marks.withheld.value_or("")
                                     : joined_countries(tweet.withheld_in);
}

void SqliteSave::put_body(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks) {
  packed_.clear();
  append_packed(packed_, tweet);
  const bool places = !marks.scrubbed_to || !id_not_after(row.id, *marks.scrubbed_to);
  if (places || tweet.tweet.raw.empty()) {
    rows_.put_body(row.number, packed_, tweet.tweet.raw);
  } else {
    rows_.put_body(row.number, packed_, authors_.scrubbed(tweet.tweet.raw));
  }
}

bool SqliteSave::create(const EnrichedTweet& tweet, const AuthorMarks& marks) {
  TweetRow row;
  row.id = tweet.tweet.id;
  row.uncounted = !ledger_.counts();
  fill(row, tweet, marks);
  if (!rows_.insert_post(row)) return false;
  put_body(row, tweet, marks);
  chains_.learn(tweet.tweet.edit_history, false);
  chains_.follow(row.id);
  return true;
}

SqliteSave::Class SqliteSave::observe(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks) {
  if (row.state == RowState::live) return observe_live(row, tweet, marks);
  TweetRow next = row;
  if (row.state == RowState::waiting || BROKEN("forget_tombstone")) {
    fill(next, tweet, marks);
    rows_.replace(row, next);
    put_body(next, tweet, marks);
    return Class::changed;
  }
  const auto revision = revision_of(tweet.tweet);
  auto dimensions = dimensions_of(tweet);
  const bool newer = compare_observation(revision, dimensions, row) > 0;
  if (newer) {
    next.observed = revision;
    next.dimensions = std::move(dimensions);
  }
  const bool named = !row.alias && !tweet.tweet.alias.empty();
  if (named) next.alias = tweet.tweet.alias;
  if (newer || named) rows_.replace(row, next);
  return Class::duplicate;
}

SqliteSave::Class SqliteSave::observe_live(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks) {
  const auto revision = revision_of(tweet.tweet);
  const auto order = compare_observation(revision, dimensions_of(tweet), row);
  const std::string stored = rows_.packed(row.number);
  const auto known = read_packed_enriched(stored);
  if (!known) {
    sql_.fail(Error{ErrorCode::corrupt,
                    "Row of " + row.id + " in " + sql_.database().file().string() + ": " + known.error().what});
    return Class::duplicate;
  }
  const auto had = fingerprint_of(known->tweet), has = fingerprint_of(tweet.tweet);
  if ((order < 0 || (order == 0 && has <= had)) && !BROKEN("ignore_revision")) {
    if (has == had) return Class::duplicate;
    packed_.clear();
    append_packed(packed_, tweet);
    rows_.keep_revision(row.id, has, revision, packed_);
    return Class::duplicate;
  }
  if (has != had) {
    rows_.keep_revision(row.id, had, row.observed, stored);
    rows_.forget_revision(row.id, has);
  }
  TweetRow next = row;
  fill(next, tweet, marks);
  rows_.replace(row, next);
  put_body(next, tweet, marks);
  return Class::changed;
}

}  // namespace tweetpulse
