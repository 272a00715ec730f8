#include "query/folding.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>

#include "query/terms.h"

namespace tweetpulse {
namespace {

constexpr UChar32 kBmpEnd = 0x10000, kBlockSize = 256;
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

  // A character that folds by itself to `code`.
  void single(UChar32 code, bool drops_marks, int start, int end) {
    base_ = code;
    drops_marks_ = drops_marks;
    emit(code, start, end);
  }

  void group(const icu::UnicodeString& group, int start, int end) {
    const std::size_t before = out_.size();
    const UChar32 only = group.char32At(0);
    // Beyond the BMP no character folds to several.
    if (only >= kBmpEnd && group.length() == 2 && forms().nfkd->isInert(only) &&
        u_foldCase(only, U_FOLD_CASE_DEFAULT) == only) {
      if (keeps(only)) emit(only, start, end);
    } else {
      fold(group, start, end);
    }
    const bool vanished = out_.size() == before;
    if (vanished && before > 0 && out_.back().end == start) out_.back().end = end;
  }

  bool drops_marks() const { return drops_marks_; }

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

// What can be known of a character of the BMP alone. Filled block by block, as the alphabets come: most tweets use two.
struct Plain {
  char16_t code = 0;  // 0: folds to several, to none, or with what stands before
  bool drops_marks = false;
  bool boundary_before = false;
};

using Block = std::array<Plain, kBlockSize>;

Block make_block(UChar32 first) {
  Block block;
  std::vector<FoldedChar> folded;
  for (UChar32 code = first; code < first + kBlockSize; ++code) {
    Plain& plain = block[static_cast<std::size_t>(code - first)];
    plain.boundary_before = forms().nfkc->hasBoundaryBefore(code);
    if (code == 0 || is_mark(code) || U_IS_SURROGATE(code)) continue;
    folded.clear();
    Folder folder(folded);
    folder.group(icu::UnicodeString(code), 0, 1);
    if (folded.size() != 1 || folded[0].code >= kBmpEnd) continue;
    plain.code = static_cast<char16_t>(folded[0].code);
    plain.drops_marks = folder.drops_marks();
  }
  return block;
}

// Requires: code < kBmpEnd.
const Plain& plain(UChar32 code) {
  static std::array<std::once_flag, kBmpEnd / kBlockSize> once;
  static std::array<std::unique_ptr<const Block>, kBmpEnd / kBlockSize> blocks;
  const auto index = static_cast<std::size_t>(code / kBlockSize);
  std::call_once(once[index],
                 [&] { blocks[index] = std::make_unique<const Block>(make_block(code - code % kBlockSize)); });
  return (*blocks[index])[static_cast<std::size_t>(code % kBlockSize)];
}

bool has_boundary_before(UChar32 code) {
  return code < kBmpEnd ? plain(code).boundary_before : forms().nfkc->hasBoundaryBefore(code) != 0;
}

// NFKC sees no boundary before a vowel or final of Hangul, yet it joins nothing but the letters of one syllable;
// without this check a row of vowels (tears) would be one group with the space before it.
bool joins(const icu::UnicodeString& group, UChar32 code) {
  if (has_boundary_before(code)) return false;
  UErrorCode status = U_ZERO_ERROR;
  if (uscript_getScript(code, &status) != USCRIPT_HANGUL) return true;
  icu::UnicodeString together(group), apart = forms().nfkc->normalize(group, status);
  together.append(code);
  apart.append(forms().nfkc->normalize(icu::UnicodeString(code), status));
  return forms().nfkc->normalize(together, status) != apart;
}

bool is_ascii_byte(char byte) {
  return static_cast<unsigned char>(byte) < 0x80;
}

}  // namespace

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
    const int start = place++;
    const auto first_code = static_cast<UChar32>(next_code_point(text, at));
    std::size_t behind = at;
    UChar32 code = at < text.size() ? static_cast<UChar32>(next_code_point(text, behind)) : 0;
    const bool alone = at == text.size() || has_boundary_before(code) || !joins(icu::UnicodeString(first_code), code);
    if (alone && first_code < kBmpEnd && plain(first_code).code != 0) {
      folder.single(plain(first_code).code, plain(first_code).drops_marks, start, place);
      continue;
    }
    group.setTo(first_code);
    while (at < text.size() && joins(group, code)) {
      group.append(code);
      at = behind;
      ++place;
      if (at < text.size()) code = static_cast<UChar32>(next_code_point(text, behind));
    }
    folder.group(group, start, place);
  }
}

std::string fold(std::string_view text) {
  if (is_ascii(text)) {
    std::string lower(text);
    for (char& byte : lower) byte = static_cast<char>(byte | (byte >= 'A' && byte <= 'Z' ? 0x20 : 0));
    return lower;
  }
  std::string out;
  out.reserve(text.size());
  std::vector<FoldedChar> folded;
  append_folded(folded, text, 0);
  for (const FoldedChar& item : folded) append_utf8(out, item.code);
  return out;
}

}  // namespace tweetpulse
