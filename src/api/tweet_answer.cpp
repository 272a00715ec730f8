#include "api/tweet_answer.h"

#include "query/matcher.h"
#include "tweet/tweet_json.h"

namespace tweetpulse::api {

void append_tweet(std::string& out, const EnrichedTweet& tweet, const TweetForm& form) {
  if (form.fields.all()) {
    append_public(out, tweet, form.explain);
  } else {
    std::string whole;
    append_public(whole, tweet, form.explain);
    form.fields.project(out, whole);
  }
  if (form.highlight == nullptr) return;
  const bool bare = out.ends_with("{}");
  out.pop_back();
  out += bare ? "\"matched\":[" : ",\"matched\":[";
  bool first = true;
  for (const MatchedSpan& span : matched_spans(*form.highlight, tweet, searchable(tweet))) {
    out.append(first ? "{\"start\":" : ",{\"start\":").append(std::to_string(span.start));
    out.append(",\"end\":").append(std::to_string(span.end)).append("}");
    first = false;
  }
  out += "]}";
}

}  // namespace tweetpulse::api
