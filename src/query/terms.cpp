#include "query/terms.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

#include "query/folding.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kMaxTermLength = 64;
constexpr char32_t kJoiner = 0x200D, kKeycap = 0x20E3, kProlongedSound = 0x30FC;
constexpr char32_t kFirstUnspaced = 0xE01;  // Thai; the alphabets of most tweets lie below

enum class Class : std::uint8_t { separator, letter, number, mark, cluster, emoji, apostrophe };

constexpr std::array<Class, 128> kAsciiClasses = [] {
  std::array<Class, 128> classes{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) classes[c] = Class::letter;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) classes[c] = Class::letter;
  for (std::size_t c = '0'; c <= '9'; ++c) classes[c] = Class::number;
  classes['_'] = Class::number;
  classes['\''] = Class::apostrophe;
  return classes;
}();

bool is_skin_tone(char32_t code) {
  return code >= 0x1F3FB && code <= 0x1F3FF;
}
bool is_flag_letter(char32_t code) {
  return code >= 0x1F1E6 && code <= 0x1F1FF;
}
bool is_tag(char32_t code) {
  return code >= 0xE0020 && code <= 0xE007F;
}

// Scripts that put no space between words.
bool is_unspaced(char32_t code) {
  if (code < kFirstUnspaced) return false;
  if (code == kProlongedSound) return true;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(code), &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

int grapheme_class(char32_t code) {
  return u_getIntPropertyValue(static_cast<UChar32>(code), UCHAR_GRAPHEME_CLUSTER_BREAK);
}

bool is_emoji(char32_t code) {
  if (code == 0xA9 || code == 0xAE) return false;
  return is_flag_letter(code) || is_skin_tone(code) ||
         u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_EXTENDED_PICTOGRAPHIC);
}

Class looked_up(char32_t code) {
  const std::uint32_t category = U_GET_GC_MASK(static_cast<UChar32>(code));
  if ((category & U_GC_M_MASK) != 0)
    return grapheme_class(code) == U_GCB_OTHER && is_unspaced(code) ? Class::cluster : Class::mark;
  if ((category & (U_GC_L_MASK | U_GC_N_MASK)) != 0) {
    if (is_unspaced(code)) return Class::cluster;
    return (category & U_GC_L_MASK) != 0 ? Class::letter : Class::number;
  }
  return is_emoji(code) ? Class::emoji : Class::separator;
}

// Of the BMP, each answer is kept when it was asked for first; any thread that comes later finds the same.
Class class_of(char32_t code) {
  if (code < 0x80) return kAsciiClasses[code];
  if (code > 0xFFFF) return looked_up(code);
  static std::array<std::atomic<std::uint8_t>, 0x10000> kept{};  // 0: not asked yet
  auto& place = kept[code];
  const auto known = place.load(std::memory_order_relaxed);
  if (known != 0) return static_cast<Class>(known - 1);
  const Class looked = looked_up(code);
  place.store(static_cast<std::uint8_t>(static_cast<int>(looked) + 1), std::memory_order_relaxed);
  return looked;
}

// NFKC parts Thai and Lao AM from the letter that it belongs to.
bool continues_am(char32_t before, char32_t code) {
  return (before == 0xE4D && code == 0xE32) || (before == 0xECD && code == 0xEB2);
}

// Cuts a piece of folded text into terms.
class Cutter {
 public:
  Cutter(const std::vector<FoldedChar>& chars, std::vector<Term>& out) : chars_(chars), out_(out) {}

  void cut() {
    for (std::size_t at = 0; at < chars_.size();) {
      if (is_keycap(at)) {
        at = take(at, at + 2);
        continue;
      }
      switch (class_of(code(at))) {
        case Class::letter:
        case Class::number:
          at = take(at, end_of_run(at));
          break;
        case Class::cluster:
          at = take(at, end_of_cluster(at));
          break;
        case Class::emoji:
          at = take_emoji(at);
          break;
        default:
          ++at;
      }
    }
  }

 private:
  char32_t code(std::size_t at) const { return at < chars_.size() ? chars_[at].code : 0; }
  Class kind(std::size_t at) const { return class_of(code(at)); }

  bool is_keycap(std::size_t at) const {
    const char32_t c = code(at);
    return code(at + 1) == kKeycap && (c == '#' || c == '*' || (c >= '0' && c <= '9'));
  }

  std::size_t end_of_run(std::size_t at) const {
    bool behind_letter = false;
    for (; at < chars_.size() && !is_keycap(at); ++at) {
      const Class here = kind(at);
      if (here == Class::letter || here == Class::number)
        behind_letter = here == Class::letter;
      else if (here == Class::apostrophe && behind_letter && kind(at + 1) == Class::letter)
        continue;
      else if (here != Class::mark)
        break;
    }
    return at;
  }

  // Jamo stay apart, though NFKC makes conjoining ones of them: a laugh of three letters is three clusters as typed.
  std::size_t end_of_cluster(std::size_t at) const {
    for (++at; at < chars_.size(); ++at)
      if (kind(at) != Class::mark && !continues_am(code(at - 1), code(at))) break;
    return at;
  }

  std::size_t take(std::size_t from, std::size_t to) {
    std::u32string text;
    for (std::size_t at = from; at < to && text.size() < kMaxTermLength; ++at) text += code(at);
    add(text, from, to);
    return to;
  }

  // One emoji with what is joined to it; skin tones are read over.
  std::size_t take_emoji(std::size_t from) {
    std::u32string text(1, code(from));
    std::size_t at = from + 1;
    if (is_flag_letter(code(from))) {
      if (is_flag_letter(code(at))) text += code(at++);
      add(text, from, at);
      return at;
    }
    while (true) {
      while (is_skin_tone(code(at)) || code(at) == kKeycap) ++at;
      for (; is_tag(code(at)); ++at) text += code(at);
      if (code(at) != kJoiner || kind(at + 1) != Class::emoji || is_flag_letter(code(at + 1))) break;
      text += {kJoiner, code(at + 1)};
      at += 2;
    }
    add(text, from, at);
    return at;
  }

  void add(std::u32string& text, std::size_t from, std::size_t to) {
    if (text.size() > kMaxTermLength) text.resize(kMaxTermLength);
    while (text.back() == '\'' || text.back() == kJoiner) text.pop_back();
    Term& term = out_.emplace_back();
    for (const char32_t c : text) append_utf8(term.text, c);
    term.start = chars_[from].start;
    term.end = chars_[to - 1].end;
  }

  const std::vector<FoldedChar>& chars_;
  std::vector<Term>& out_;
};

Class ascii_class(std::string_view text, std::size_t at) {
  return at < text.size() ? kAsciiClasses[static_cast<unsigned char>(text[at])] : Class::separator;
}

// The same rules as Cutter for text that folds by case alone; nearly every English tweet takes this way.
void cut_ascii(std::string_view text, int first, std::vector<Term>& out) {
  out.reserve(out.size() + text.size() / 6 + 2);
  for (std::size_t at = 0; at < text.size();) {
    const Class opening = ascii_class(text, at);
    if (opening != Class::letter && opening != Class::number) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    for (; at < text.size(); ++at) {
      const Class here = ascii_class(text, at);
      if (here == Class::letter || here == Class::number) continue;
      if (here != Class::apostrophe || ascii_class(text, at - 1) != Class::letter ||
          ascii_class(text, at + 1) != Class::letter)
        break;
    }
    std::size_t length = std::min(at - start, kMaxTermLength);
    if (text[start + length - 1] == '\'') --length;
    Term& term = out.emplace_back();
    term.text.assign(text.data() + start, length);
    for (char& c : term.text) c = static_cast<char>(c | (c >= 'A' && c <= 'Z' ? 0x20 : 0));
    term.start = first + static_cast<int>(start);
    term.end = first + static_cast<int>(at);
  }
}

void cut_piece(std::string_view text, int first, std::vector<Term>& out) {
  if (is_ascii(text)) return cut_ascii(text, first, out);
  thread_local std::vector<FoldedChar> folded;
  folded.clear();
  append_folded(folded, text, first);
  Cutter(folded, out).cut();
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool ends_with_protocol(std::string_view text, std::string_view protocol) {
  if (text.size() < protocol.size()) return false;
  const std::string_view tail = text.substr(text.size() - protocol.size());
  if (!std::equal(tail.begin(), tail.end(), protocol.begin(), [](char a, char b) { return lower(a) == b; }))
    return false;
  if (text.size() == protocol.size()) return true;
  const auto before = static_cast<unsigned char>(text[text.size() - protocol.size() - 1]);
  return before >= 0x80 || kAsciiClasses[before] == Class::separator || before == '\'';
}

bool is_link_char(char32_t code) {
  if (code < 0x80) return code > ' ' && code != '"' && code != '<' && code != '>' && code != 0x7F;
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(static_cast<UChar32>(code), &status);
  return (script == USCRIPT_LATIN || script == USCRIPT_CYRILLIC) && u_isalpha(static_cast<UChar32>(code)) != 0;
}

// Bytes [first, second) of the next URL with a protocol at or behind `from`; empty at the end of the text.
std::pair<std::size_t, std::size_t> next_link(std::string_view text, std::size_t from) {
  for (std::size_t colon = text.find("://", from); colon != std::string_view::npos;
       colon = text.find("://", colon + 3)) {
    const std::string_view before = text.substr(from, colon - from);
    const std::size_t length = ends_with_protocol(before, "https") ? 5 : ends_with_protocol(before, "http") ? 4 : 0;
    std::size_t end = colon + 3;
    for (std::size_t at = end; length > 0 && at < text.size() && is_link_char(next_code_point(text, at));) end = at;
    if (end > colon + 3) return {colon - length, end};
  }
  return {text.size(), text.size()};
}

std::vector<std::string> texts(std::vector<Term>&& terms) {
  std::vector<std::string> out;
  out.reserve(terms.size());
  for (Term& term : terms) out.push_back(std::move(term.text));
  return out;
}

}  // namespace

std::vector<Term> terms_of_text(std::string_view text) {
  std::vector<Term> out;
  int place = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [start, end] = next_link(text, at);
    const std::string_view piece = text.substr(at, start - at);
    cut_piece(piece, place, out);
    if (end < text.size()) place += count_code_points(text.substr(at, end - at));
    at = end;
  }
  return out;
}

std::vector<std::string> terms_of_query(std::string_view words) {
  std::vector<Term> out;
  cut_piece(words, 0, out);
  return texts(std::move(out));
}

std::vector<std::string> terms_of_url(std::string_view url) {
  const std::size_t protocol = url.find("://");
  if (protocol != std::string_view::npos &&
      (ends_with_protocol(url.substr(0, protocol), "https") || ends_with_protocol(url.substr(0, protocol), "http")))
    url.remove_prefix(protocol + 3);
  return terms_of_query(url);
}

}  // namespace tweetpulse
