#include "analyze/language.h"

// compact_lang_det.h uses FILE without including it.
#include <cstdio>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>
#include <array>

#include "analyze/function_words.h"

namespace tweetpulse {

using namespace characters;

namespace {

struct ScriptLanguage {
  Script script;
  std::string_view code;
};

// Scripts that one language of the stream stands for.
constexpr ScriptLanguage kScriptLanguages[] = {
    {Script::hangul, "ko"},   {Script::thai, "th"},      {Script::hebrew, "he"},    {Script::greek, "el"},
    {Script::armenian, "hy"}, {Script::georgian, "ka"},  {Script::tamil, "ta"},     {Script::telugu, "te"},
    {Script::kannada, "kn"},  {Script::malayalam, "ml"}, {Script::sinhala, "si"},   {Script::lao, "lo"},
    {Script::tibetan, "bo"},  {Script::myanmar, "my"},   {Script::ethiopic, "am"},  {Script::khmer, "km"},
    {Script::gurmukhi, "pa"}, {Script::gujarati, "gu"},  {Script::oriya, "or"},     {Script::bengali, "bn"},
    {Script::thaana, "dv"},   {Script::syriac, "syr"},   {Script::cherokee, "chr"}, {Script::canadian_aboriginal, "iu"},
};

// A character of these says about as much as a short word of others.
constexpr int kIdeographWeight = 3;

std::string iso_code(CLD2::Language language) {
  const std::string_view code = CLD2::LanguageCode(language);
  if (code == "iw") return "he";
  if (code == "jw") return "jv";
  if (code == "un" || code.substr(0, 2) == "xx" || code.size() < 2) return "und";
  const std::string_view base = code.substr(0, code.find('-'));
  return base.size() > 3 ? "und" : std::string(base);
}

Language from_cld2(std::string_view letters) {
  constexpr std::size_t kEnough = 4096;  // a cut inside a character only costs that character
  const CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language languages[3];
  int percent[3], text_bytes, valid_bytes;
  double scores[3];
  bool reliable;
  const CLD2::Language best = CLD2::ExtDetectLanguageSummaryCheckUTF8(
      letters.data(), static_cast<int>(std::min(letters.size(), kEnough)), true, &hints, CLD2::kCLDFlagBestEffort,
      languages, percent, scores, nullptr, &text_bytes, &reliable, &valid_bytes);
  Language result{iso_code(best), 0};
  if (result.code != "und") result.confidence = (reliable ? 0.98 : 0.6) * std::clamp(percent[0], 30, 100) / 100;
  return result;
}

int weight(const LanguageEvidence& evidence, Script script) {
  return evidence.counts[static_cast<std::size_t>(script)];
}

}  // namespace

void LanguageEvidence::read(const Text& text, const Entities& entities, std::span<const EmojiSpan> emoji) {
  letters.clear();
  std::fill(std::begin(counts), std::end(counts), 0);
  total = 0;
  auto url = entities.urls.begin();
  auto mention = entities.mentions.begin();
  auto symbol = emoji.begin();
  const auto space = [this] {
    if (!letters.empty() && letters.back() != ' ') letters += ' ';
  };
  for (int at = 0; at < text.size(); ++at) {
    const Span* skip = nullptr;
    if (url != entities.urls.end() && url->start == at)
      skip = &*url++;
    else if (mention != entities.mentions.end() && mention->span.start == at)
      skip = &mention++->span;
    if (skip != nullptr) {
      space();
      at = skip->end - 1;
      continue;
    }
    while (symbol != emoji.end() && symbol->span.end <= at) ++symbol;
    if (symbol != emoji.end() && symbol->span.start <= at) continue;
    const char32_t code = text[at];
    if (text.is(at, kLetter | kMark)) {
      const bool retweet = code == 'R' && text.code(at + 1) == 'T' && !text.is(at - 1, kLetter | kDigit) &&
                           !text.is(at + 2, kLetter | kDigit);
      if (retweet) {
        ++at;
        continue;
      }
      letters += text.slice(at, at + 1);
      ++counts[static_cast<std::size_t>(code < 0x80 ? Script::latin : record_of(code).script)];
      ++total;
    } else if ((code == '\'' || code == 0x2019) && text.is(at - 1, kLetter) && text.is(at + 1, kLetter)) {
      letters += '\'';
    } else {
      space();
    }
  }
}

bool has_letters(const Text& text, const Entities& entities) {
  auto url = entities.urls.begin();
  auto mention = entities.mentions.begin();
  for (int at = 0; at < text.size(); ++at) {
    if (url != entities.urls.end() && url->start == at) {
      at = (url++)->end - 1;
    } else if (mention != entities.mentions.end() && mention->span.start == at) {
      at = (mention++)->span.end - 1;
    } else if (text.is(at, kLetter)) {
      return true;
    }
  }
  return false;
}

Language detect_language(const LanguageEvidence& evidence) {
  if (evidence.total == 0) return {};
  const int kana = weight(evidence, Script::hiragana) + weight(evidence, Script::katakana);
  const int han = weight(evidence, Script::han);
  const int latin = weight(evidence, Script::latin);
  const int ideographs = kIdeographWeight * (kana + han);
  int largest = std::max(ideographs, latin);
  const ScriptLanguage* decided = nullptr;
  for (const ScriptLanguage& row : kScriptLanguages) {
    const int letters = 2 * weight(evidence, row.script);
    if (letters <= largest) continue;
    largest = letters;
    decided = &row;
  }
  const double share = static_cast<double>(std::min(largest, evidence.total)) / evidence.total;
  if (decided != nullptr) return {std::string(decided->code), share};
  // One kana of a face does not make a text Japanese.
  if (largest == ideographs && ideographs > 0) return {kana * 10 > han ? "ja" : "zh", share};
  Language language = from_cld2(evidence.letters);
  if (2 * latin > evidence.total) vote_of_function_words(evidence.letters, language.code, language.confidence);
  return language;
}

}  // namespace tweetpulse
