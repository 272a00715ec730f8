#include "query/folding.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstdint>

#include "query/terms.h"

namespace tweetpulse {
namespace {

constexpr char32_t kCyrillicIe = 0x435;  // е, which ё is read as
constexpr char32_t kDiaeresis = 0x308;
constexpr char32_t kTypographicApostrophe = 0x2019;

struct Forms {
  const icu::Normalizer2 *nfc, *nfkc, *nfkd;
};

const Forms& forms() {
  static const Forms kForms = [] {
    UErrorCode status = U_ZERO_ERROR;
    return Forms{icu::Normalizer2::getNFCInstance(status), icu::Normalizer2::getNFKCInstance(status),
                 icu::Normalizer2::getNFKDInstance(status)};
  }();
  return kForms;
}

bool is_mark(UChar32 code) {
  return (U_GET_GC_MASK(code) & U_GC_M_MASK) != 0;
}

bool is_variation_selector(UChar32 code) {
  return (code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xE0100 && code <= 0xE01EF);
}

bool is_latin_or_greek(UChar32 code) {
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(code, &status);
  return script == USCRIPT_LATIN || script == USCRIPT_GREEK;
}

// Folds group after group; what it must remember in between is the letter that a mark would sit on.
class Folder {
 public:
  explicit Folder(std::vector<FoldedChar>& out) : out_(out) {}

  void ascii(char byte, int at) {
    const bool upper = byte >= 'A' && byte <= 'Z';
    const auto code = static_cast<char32_t>(upper ? byte + 32 : byte);
    drops_marks_ = code >= 'a' && code <= 'z';
    base_ = static_cast<UChar32>(code);
    out_.push_back({code, at, at + 1});
  }

  void group(const icu::UnicodeString& group, int start, int end) {
    const std::size_t before = out_.size();
    const UChar32 only = group.char32At(0);
    if (group.length() == U16_LENGTH(only) && forms().nfkd->isInert(only) &&
        !u_hasBinaryProperty(only, UCHAR_CHANGES_WHEN_CASEFOLDED)) {
      if (keeps(only)) emit(only, start, end);
    } else {
      fold(group, start, end);
    }
    const bool vanished = out_.size() == before;
    if (vanished && before > 0 && out_.back().end == start) out_.back().end = end;
  }

 private:
  void fold(const icu::UnicodeString& group, int start, int end) {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString folded = forms().nfkd->normalize(group, status);
    folded.foldCase(U_FOLD_CASE_DEFAULT);
    folded = forms().nfkd->normalize(folded, status);
    icu::UnicodeString kept;
    for (int i = 0; i < folded.length(); i = folded.moveIndex32(i, 1))
      if (keeps(folded.char32At(i))) kept.append(folded.char32At(i));
    kept = forms().nfc->normalize(kept, status);
    for (int i = 0; i < kept.length(); i = kept.moveIndex32(i, 1)) emit(kept.char32At(i), start, end);
  }

  // Decides on a decomposed character and remembers the base that follows.
  bool keeps(UChar32 code) {
    if (is_variation_selector(code)) return false;
    if (is_mark(code)) return !drops_marks_ && !(base_ == kCyrillicIe && code == kDiaeresis);
    base_ = code;
    drops_marks_ = is_latin_or_greek(code);
    return true;
  }

  void emit(UChar32 code, int start, int end) {
    out_.push_back({code == kTypographicApostrophe ? U'\'' : static_cast<char32_t>(code), start, end});
  }

  std::vector<FoldedChar>& out_;
  bool drops_marks_ = false;
  UChar32 base_ = 0;
};

bool is_ascii_byte(char byte) {
  return static_cast<unsigned char>(byte) < 0x80;
}

}  // namespace

bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char byte : text) bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(byte));
  return bits < 0x80;
}

// ICU's macro narrows on purpose.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const char* bytes = text.data();
  auto index = static_cast<std::int64_t>(at);
  const auto length = static_cast<std::int64_t>(text.size());
  UChar32 code = 0;
  U8_NEXT_OR_FFFD(bytes, index, length, code);
  at = static_cast<std::size_t>(index);
  return static_cast<char32_t>(code);
}
#pragma GCC diagnostic pop

int count_code_points(std::string_view text) {
  if (is_ascii(text)) return static_cast<int>(text.size());
  int count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_code_point(text, at);
  return count;
}

void append_utf8(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  char bytes[4];
  int length = 0;
  U8_APPEND_UNSAFE(bytes, length, static_cast<UChar32>(code));
  out.append(bytes, static_cast<std::size_t>(length));
}

void append_folded(std::vector<FoldedChar>& out, std::string_view text, int first) {
  Folder folder(out);
  out.reserve(out.size() + text.size());
  icu::UnicodeString group;
  int place = first;
  for (std::size_t at = 0; at < text.size();) {
    if (is_ascii_byte(text[at]) && (at + 1 == text.size() || is_ascii_byte(text[at + 1]))) {
      folder.ascii(text[at++], place++);
      continue;
    }
    const int start = place;
    group.remove();
    group.append(static_cast<UChar32>(next_code_point(text, at)));
    ++place;
    while (at < text.size() && !is_ascii_byte(text[at])) {
      std::size_t behind = at;
      const auto code = static_cast<UChar32>(next_code_point(text, behind));
      if (forms().nfkc->hasBoundaryBefore(code)) break;
      group.append(code);
      at = behind;
      ++place;
    }
    folder.group(group, start, place);
  }
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (is_ascii(text)) {
    for (const char byte : text) out += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte;
    return out;
  }
  std::vector<FoldedChar> folded;
  append_folded(folded, text, 0);
  for (const FoldedChar& item : folded) append_utf8(out, item.code);
  return out;
}

}  // namespace tweetpulse
