// What one document of the index `tweets` holds, and the names of its fields, which questions use too.
// Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "search/tweet_values.h"
#include "tweet/tweet.h"

namespace tweetpulse::elastic {

// Fields of a document. All but `terms` and `url_terms` are exact. Unknown values are left out. A list is an array.
//   visible      boolean  true = shown; every question filters by it. Tombstones and hidden tweets have false
//   removed      boolean  true = a tombstone: {id, removed, visible, state, event_at} and nothing else
//   state        integer  bits of kAuthorHidden .. kErased; 0 = visible
//   id           keyword  whole, also where _id is a hash; ties are broken by it, in byte order
//   created_at   date     epoch_millis
//   source kind lang      keyword
//   sentiment    keyword  negative neutral positive; left out when unscored
//   score        double   only beside sentiment
//   author       keyword  author.id, else the handle, as it stands: distinct authors
//   from, to     keyword  folded id and handle: a list
//   followers    long
//   engagement   long     likes + retweets + replies + quotes, 0 when unknown
//   has          keyword  list of links hashtags mentions media
//   hashtags mentions cashtags domains entities keywords   keyword  lists, folded: what operators look for (domains
//                         with their parents, entities of every type)
//   terms        text     query::terms joined by a space
//   url_terms    text     the same of each URL, apart by the term |
//   top.<field>  keyword  list, folded, each once: what facets and rankings count; <field> = top_name()
//   spelt.<field> keyword list, folded + kSpeltMark + spelling, only where the spelling differs from its folded form;
//                         so count(spelling = folded) = count of top.<field> less those of its spelt.<field>
//   alias        keyword
//   event_at     long     ms, of a tombstone
//   packed       not indexed: read_packed_enriched() gives the tweet back
inline constexpr char kSpeltMark = '\x1f';
// Longer values are left out of the keyword fields: a question cannot be as long.
inline constexpr std::size_t kLongestValue = 8'000;

// Bits of `state`.
inline constexpr std::int64_t kAuthorHidden = 1, kWithheld = 2, kAuthorWithheld = 4;
inline constexpr std::int64_t kSuperseded = 8, kErased = 16;
inline constexpr std::int64_t kGone = kSuperseded | kErased;

// Of a superseded post: any erasure wins over it.
inline constexpr std::int64_t kSupersededRevision = kTombstoneRevision - 1;

// hashtag mention cashtag url domain keyword author person org place product other; `entities`: names of every type,
// each folded form once. For "top." and "spelt.".
std::string_view top_name(search_values::Field field);
inline constexpr std::string_view kEntities = "entities";

// `_id`: the tweet id itself, or, beyond the 512 bytes that the server takes, its hash.
std::string document_id(std::string_view id);

// Appends the JSON of a document, one line.
void append_document(std::string& out, const EnrichedTweet& tweet, std::int64_t state);
void append_tombstone(std::string& out, std::string_view id, std::int64_t state, std::optional<std::int64_t> event_at);

}  // namespace tweetpulse::elastic
