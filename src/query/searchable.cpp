#include <algorithm>

#include "query/terms.h"

namespace tweetpulse {
namespace {

void add_once(std::vector<std::string>& values, std::string value) {
  if (!value.empty() && std::find(values.begin(), values.end(), value) == values.end())
    values.push_back(std::move(value));
}

// The host and each parent of two labels or more: a.bbc.co.uk bbc.co.uk co.uk.
void add_domains(std::vector<std::string>& values, std::string_view host) {
  while (host.find('.') != std::string_view::npos) {
    add_once(values, std::string(host));
    host.remove_prefix(host.find('.') + 1);
  }
}

void add_urls(Searchable& out, const std::vector<FoundUrl>& urls) {
  for (const FoundUrl& url : urls) {
    auto terms = terms_of_url(url.expanded_url.empty() ? url.url : url.expanded_url);
    if (!terms.empty()) out.url_terms.push_back(std::move(terms));
    add_domains(out.domains, fold(url.domain));
  }
}

}  // namespace

Searchable searchable(const EnrichedTweet& enriched) {
  const Tweet& tweet = enriched.tweet;
  const Analysis& analysis = enriched.analysis;
  Searchable out;
  out.terms = terms_of_text(tweet.text);
  add_urls(out, analysis.urls);
  for (const FoundTag& tag : analysis.hashtags) add_once(out.hashtags, fold(tag.text));
  for (const FoundMention& mention : analysis.mentions) add_once(out.mentions, fold(mention.handle));
  for (const FoundTag& tag : analysis.cashtags) add_once(out.cashtags, fold(tag.text));
  for (const FoundName& name : analysis.names) add_once(out.entities, fold(name.text));
  for (const std::string& keyword : analysis.keywords) add_once(out.keywords, fold(keyword));
  out.from_handle = fold(tweet.author.handle);
  out.from_id = fold(tweet.author.id);
  out.to_handle = fold(tweet.reply_to_author.handle);
  out.to_id = fold(tweet.reply_to_author.id);
  out.lang = normal_language(analysis.language);
  out.source = tweet.source;
  out.has_links = !analysis.urls.empty();
  out.has_hashtags = !analysis.hashtags.empty();
  out.has_mentions = !analysis.mentions.empty();
  out.has_media = !tweet.media.empty();
  return out;
}

}  // namespace tweetpulse
