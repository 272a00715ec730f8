// The parameters of the routes (api.md section 2), each declared once. Threads: constant data.
#pragma once

#include <array>

#include "api/parameters.h"

namespace tweetpulse::api::params {

inline constexpr Param q{.name = "q",
                         .doc = "What to look for, in the query language; empty = every tweet",
                         .type = Type::query,
                         .range = "<=4096",
                         .example = "artemis lang:en"};
inline constexpr Param from{.name = "from",
                            .doc = "Created at or after: RFC 3339, a date, epoch milliseconds, now-15m",
                            .type = Type::time,
                            .example = "now-7d",
                            .aliases = "start_time"};
inline constexpr Param to{
    .name = "to", .doc = "Created before", .type = Type::time, .example = "now", .aliases = "end_time"};
inline constexpr Param tz{.name = "tz",
                          .doc = "IANA zone of dates without offset and of buckets",
                          .type = Type::zone,
                          .fallback = "UTC",
                          .example = "Europe/Berlin"};
inline constexpr Param lang{.name = "lang", .doc = "Languages; several are or-ed", .example = "en", .repeated = true};
inline constexpr Param sentiment{.name = "sentiment",
                                 .doc = "Labels; several are or-ed",
                                 .type = Type::choice,
                                 .range = "positive|neutral|negative|unscored",
                                 .example = "positive",
                                 .repeated = true};
inline constexpr Param kind{.name = "kind",
                            .doc = "Kinds of tweet; several are or-ed",
                            .type = Type::choice,
                            .range = "original|reply|retweet|quote",
                            .example = "original",
                            .repeated = true};
inline constexpr Param hashtag{
    .name = "hashtag", .doc = "Hashtags with or without #; several are or-ed", .example = "artemis", .repeated = true};
inline constexpr Param author{
    .name = "author", .doc = "Handles or ids of authors; several are or-ed", .example = "nasa", .repeated = true};
inline constexpr Param has{.name = "has",
                           .doc = "What the tweet has at least one of; several are or-ed",
                           .type = Type::choice,
                           .range = "links|hashtags|mentions|media",
                           .example = "links",
                           .repeated = true};
inline constexpr Param sort{.name = "sort",
                            .doc = "Order of the page; ties by (created_at, id)",
                            .type = Type::choice,
                            .range = "recency|oldest|relevancy|engagement",
                            .fallback = "recency",
                            .example = "recency"};
inline constexpr Param size{.name = "size",
                            .doc = "Rows a page",
                            .type = Type::integer,
                            .range = "1..100",
                            .fallback = "20",
                            .example = "20",
                            .aliases = "max_results"};
inline constexpr Param limit{.name = "limit",
                             .doc = "Rows a page",
                             .type = Type::integer,
                             .range = "1..500",
                             .fallback = "100",
                             .example = "100",
                             .aliases = "max_results"};
inline constexpr Param order{.name = "order",
                             .doc = "By (created_at, id)",
                             .type = Type::choice,
                             .range = "desc|asc",
                             .fallback = "desc",
                             .example = "desc"};
inline constexpr Param cursor{.name = "cursor",
                              .doc = "next_cursor or prev_cursor of another page of the same question",
                              .type = Type::cursor,
                              .range = "<=4096",
                              .aliases = "pagination_token next_token"};
inline constexpr Param since_id{.name = "since_id", .doc = "Only tweets after this one, by (created_at, id)"};
inline constexpr Param until_id{.name = "until_id", .doc = "Only tweets before this one, by (created_at, id)"};
inline constexpr Param fields{.name = "fields",
                              .doc = "Members of the tweet to keep; all without it",
                              .type = Type::fields,
                              .example = "id,text,author.handle",
                              .repeated = true};
inline constexpr Param facets{.name = "facets",
                              .doc = "Counts over all matches",
                              .type = Type::choice,
                              .range = "sentiment|lang|kind|source|hashtags|mentions|authors|domains|entities|keywords",
                              .example = "sentiment",
                              .repeated = true,
                              .most = 8};
inline constexpr Param facet_size{.name = "facet_size",
                                  .doc = "Values a facet",
                                  .type = Type::integer,
                                  .range = "1..50",
                                  .fallback = "10",
                                  .example = "10"};
inline constexpr Param highlight{.name = "highlight",
                                 .doc = "Adds the spans that matched, in code points",
                                 .type = Type::boolean,
                                 .fallback = "false",
                                 .example = "true"};
inline constexpr Param track_total{.name = "track_total",
                                   .doc = "Count exactly beyond 10,000",
                                   .type = Type::boolean,
                                   .fallback = "false",
                                   .example = "true"};
inline constexpr Param explain{.name = "explain",
                               .doc = "Adds the scored words of the sentiment",
                               .type = Type::boolean,
                               .fallback = "false",
                               .example = "true"};
inline constexpr Param pretty{
    .name = "pretty", .doc = "Indented JSON", .type = Type::boolean, .fallback = "false", .example = "false"};
inline constexpr Param interval{.name = "interval",
                                .doc = "Length of a bucket; auto = the smallest with at most 240 buckets",
                                .type = Type::choice,
                                .range = "auto|10s|1m|5m|15m|1h|6h|1d|1w|1mo",
                                .fallback = "auto",
                                .example = "1h"};
inline constexpr Param group_by{.name = "group_by",
                                .doc = "One series a value, the rest as other",
                                .type = Type::choice,
                                .range = "sentiment|lang|kind|source|author|hashtag|domain",
                                .example = "lang"};
inline constexpr Param unit{.name = "unit",
                            .doc = "What is counted: tweets, or distinct authors",
                            .type = Type::choice,
                            .range = "posts|authors",
                            .fallback = "posts",
                            .example = "posts"};
inline constexpr Param type{.name = "type",
                            .doc = "Kind of entity",
                            .type = Type::choice,
                            .range = "hashtag|mention|person|org|place|product|url|cashtag",
                            .fallback = "hashtag",
                            .example = "hashtag"};
inline constexpr Param compare{.name = "compare",
                               .doc = "Adds the counts of the period of equal length just before",
                               .type = Type::choice,
                               .range = "none|previous",
                               .fallback = "none",
                               .example = "previous"};
inline constexpr Param dimension{.name = "dimension",
                                 .doc = "Count by its values too",
                                 .type = Type::choice,
                                 .range = "lang|source|kind|sentiment",
                                 .example = "source"};
inline constexpr Param expand{.name = "expand",
                              .doc = "More about the tweet: the payload as received, earlier versions, times",
                              .type = Type::choice,
                              .range = "raw|history|timing",
                              .example = "timing",
                              .repeated = true};
inline constexpr Param csv_ids{.name = "csv_ids",
                               .doc = "How CSV writes ids; excel = as =\"...\"",
                               .type = Type::choice,
                               .range = "text|excel",
                               .fallback = "text",
                               .example = "text"};
inline constexpr Param format{.name = "format",
                              .doc = "What the lines are; auto = decided from the first",
                              .type = Type::choice,
                              .range = "auto|neutral|x_v1|x_v2",
                              .fallback = "auto",
                              .example = "neutral"};
inline constexpr Param group{.name = "group",
                             .doc = "Whose letters",
                             .type = Type::choice,
                             .range = "ingest|elastic|persist",
                             .example = "ingest"};
inline constexpr Param reason{.name = "reason", .doc = "Only letters with this reason", .range = "<=64"};
inline constexpr Param offset{.name = "offset",
                              .doc = "Place of the caret in code points; the end without it",
                              .type = Type::integer,
                              .range = "0..4096",
                              .example = "3"};
inline constexpr Param verbose{.name = "verbose",
                               .doc = "Lists passing checks too",
                               .type = Type::boolean,
                               .fallback = "false",
                               .example = "true"};
inline constexpr Param rate{.name = "rate",
                            .doc = "Tweets a second; above it an even sample is sent",
                            .type = Type::integer,
                            .range = "1..50",
                            .fallback = "20",
                            .example = "20"};
inline constexpr Param last_event_id{
    .name = "last_event_id", .doc = "Where to go on, if the header Last-Event-ID cannot be set", .range = "<=64"};
inline constexpr Param text_q{
    .name = "q", .doc = "The query as typed so far", .range = "<=4096", .example = "cat -dog"};
inline constexpr Param ledger_from{
    .name = "from", .doc = "Minutes at or after", .type = Type::time, .fallback = "now-24h", .example = "now-1h"};

inline constexpr std::array kSearch{q,          from,        to,     lang, sentiment, kind,      hashtag,
                                    author,     has,         sort,   size, cursor,    highlight, facets,
                                    facet_size, track_total, fields, tz,   explain,   pretty};
inline constexpr std::array kSeries{q,      from, to,       lang, sentiment, kind, hashtag,
                                    author, has,  interval, tz,   group_by,  unit, pretty};
inline constexpr std::array kEntities{type,   q,   from, to,      lang, sentiment, kind,  hashtag,
                                      author, has, size, compare, unit, tz,        pretty};
inline constexpr std::array kRanking{q,      from, to,   lang,    sentiment, kind, hashtag,
                                     author, has,  size, compare, unit,      tz,   pretty};
inline constexpr std::array kTweets{author, lang,  sentiment, kind,   from, to,      since_id, until_id,
                                    order,  limit, cursor,    fields, tz,   csv_ids, pretty};
inline constexpr std::array kTweet{fields, expand, explain, pretty};
inline constexpr std::array kFields{fields, pretty};
inline constexpr std::array kHourly{from, to, tz, dimension, limit, cursor, pretty};
inline constexpr std::array kPush{format};
inline constexpr std::array kLedger{ledger_from, to, tz, pretty};
inline constexpr std::array kDeadLetters{group, reason, cursor, limit, pretty};
inline constexpr std::array kParse{text_q, tz, pretty};
inline constexpr std::array kSuggest{text_q, offset, pretty};
inline constexpr std::array kLive{q, fields, rate, last_event_id, tz};
inline constexpr std::array kVerbose{verbose};
inline constexpr std::array kPretty{pretty};

}  // namespace tweetpulse::api::params
