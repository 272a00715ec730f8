#include "analyze/weighted_length.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "analyze/emoji.h"
#include "analyze/urls.h"

namespace tweetpulse {

using namespace characters;

namespace {

constexpr int kUrlWeight = 23;

int utf16_units(char32_t code) {
  return code >= 0x10000 ? 2 : 1;
}

int weight_of(char32_t code, LengthRules rules) {
  if (rules == LengthRules::v1 || code <= 0x10FF) return 1;
  const bool light =
      (code >= 0x2000 && code <= 0x200D) || (code >= 0x2010 && code <= 0x201F) || (code >= 0x2032 && code <= 0x2037);
  return light ? 1 : 2;
}

int units_of(const Text& text, int start, int end) {
  int units = 0;
  for (int i = start; i < end; ++i) units += utf16_units(text[i]);
  return units;
}

std::string composed(std::string_view utf8) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  std::string out;
  if (U_FAILURE(error)) return std::string(utf8);
  nfc->normalize(icu::UnicodeString::fromUTF8({utf8.data(), static_cast<int32_t>(utf8.size())}), error)
      .toUTF8String(out);
  return U_FAILURE(error) ? std::string(utf8) : out;
}

// `removed`: units that composing took away, which the reference adds to the end of the valid part.
WeightedLength weigh_composed(const Text& text, const std::vector<Span>& urls, LengthRules rules, int removed) {
  const int limit = rules == LengthRules::v1 ? 140 : 280;
  WeightedLength result;
  const bool emoji_seen = rules == LengthRules::v3 && (text.seen() & kEmojiStart) != 0;
  bool valid = true;
  int units = 0;
  auto url = urls.begin();
  for (int at = 0; at < text.size();) {
    int end = at + 1;
    while (url != urls.end() && url->start < at) ++url;
    if (url != urls.end() && url->start == at) {
      end = url->end;
      result.weighted += kUrlWeight;
    } else if (const int emoji = emoji_seen ? end_of_weighed_emoji(text, at) : at; emoji > at) {
      end = emoji;
      result.weighted += 2;
    } else {
      result.weighted += weight_of(text[at], rules);
    }
    units += end == at + 1 ? utf16_units(text[at]) : units_of(text, at, end);
    valid = valid && !text.is(end - 1, kInvalid);
    if (valid && result.weighted <= limit) result.valid_end = units - 1;
    at = end;
  }
  result.valid = valid && result.weighted > 0 && result.weighted <= limit;
  result.permillage = static_cast<int>(std::int64_t{result.weighted} * 1000 / limit);
  result.valid_end += removed;
  result.display_end = units + removed > 0 ? units + removed - 1 : 0;
  return result;
}

}  // namespace

WeightedLength weigh(const Text& text, const std::vector<Span>& urls, LengthRules rules) {
  if (text.ascii() || (text.seen() & kNormalize) == 0) return weigh_composed(text, urls, rules, 0);
  const std::string bytes = composed(text.bytes());
  if (bytes == text.bytes()) return weigh_composed(text, urls, rules, 0);
  Text nfc;
  nfc.read(bytes);
  std::vector<Span> nfc_urls;
  find_urls(nfc, nfc_urls);
  return weigh_composed(nfc, nfc_urls, rules, units_of(text, 0, text.size()) - units_of(nfc, 0, nfc.size()));
}

}  // namespace tweetpulse
