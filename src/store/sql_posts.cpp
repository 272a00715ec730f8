// Posts whose row was there, or that come for the first time on a way around the bulk insert.
#include "base/failpoint.h"
#include "store/sql_save.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {

std::string_view unfit_reason(const EnrichedTweet& enriched, const SqlDialect& dialect) {
  const auto& [tweet, analysis] = enriched;
  constexpr std::string_view kText = "text_not_storable", kTime = "time_not_storable";
  for (const std::string* text :
       {&tweet.id, &tweet.source, &tweet.text, &tweet.author.id, &tweet.author.handle, &tweet.author.name, &tweet.alias,
        &tweet.raw, &tweet.up_to_id, &tweet.url, &analysis.language})
    if (!dialect.holds_text(*text)) return kText;
  for (const auto* texts : {&tweet.edit_history, &tweet.withheld_in})
    for (const auto& text : *texts)
      if (!dialect.holds_text(text)) return kText;
  for (const auto& time : {std::optional(tweet.created_at), tweet.event_at})
    if (time && !dialect.holds_time(*time)) return kTime;
  return {};
}

SqlSave::Class SqlSave::post(const EnrichedTweet& tweet, const AuthorMarks& marks, const std::optional<TweetRow>& row) {
  if (marks.erased_at && !(row && row->state == RowState::tombstone)) return Class::refused;
  if (!row) {
    create(tweet, marks);
    return Class::created;
  }
  const Class what = observe(*row, tweet, marks);
  chains_.learn(tweet.tweet.edit_history, false);
  chains_.follow(tweet.tweet.id);
  return what;
}

void SqlSave::fill(TweetRow& row, const EnrichedTweet& enriched, const AuthorMarks& marks) {
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

std::string SqlSave::payload(const TweetRow& row, const Tweet& tweet, const AuthorMarks& marks) const {
  const bool places = !marks.scrubbed_to || !id_not_after(row.id, *marks.scrubbed_to);
  return places || tweet.raw.empty() ? tweet.raw : SqlAuthors::scrubbed(tweet.raw);
}

void SqlSave::put_body(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks) {
  std::string packed;
  append_packed(packed, tweet);
  rows_.put_body(row.id, std::move(packed), payload(row, tweet.tweet, marks));
}

void SqlSave::create(const EnrichedTweet& tweet, const AuthorMarks& marks) {
  TweetRow row;
  row.id = tweet.tweet.id;
  row.uncounted = !ledger_.counts();
  fill(row, tweet, marks);
  rows_.insert(row);
  put_body(row, tweet, marks);
  chains_.learn(tweet.tweet.edit_history, false);
  chains_.follow(row.id);
}

SqlSave::Class SqlSave::observe(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks) {
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

SqlSave::Class SqlSave::observe_live(const TweetRow& row, const EnrichedTweet& tweet, const AuthorMarks& marks) {
  const auto revision = revision_of(tweet.tweet);
  const auto order = compare_observation(revision, dimensions_of(tweet), row);
  const std::string stored = rows_.packed(row.id);
  const auto known = read_packed_enriched(stored);
  if (!known) {
    sql_.fail(ErrorCode::corrupt, "row of " + row.id + ": " + known.error().what);
    return Class::duplicate;
  }
  const auto had = fingerprint_of(known->tweet), has = fingerprint_of(tweet.tweet);
  if ((order < 0 || (order == 0 && has <= had)) && !BROKEN("ignore_revision")) {
    if (has == had) return Class::duplicate;
    std::string packed;
    append_packed(packed, tweet);
    rows_.keep_revision(row.id, has, revision, packed);
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
