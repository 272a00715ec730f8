#include "analyze/stem.h"

#include <libstemmer.h>

#include <array>
#include <memory>
#include <string>

namespace tweetpulse {

namespace {

struct StemmerCloser {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

struct Slot {
  const char* language;
  std::unique_ptr<sb_stemmer, StemmerCloser> stemmer;
};

sb_stemmer* stemmer_for(std::string_view language) {
  thread_local std::array<Slot, 12> slots{{{"en", {}},
                                           {"es", {}},
                                           {"pt", {}},
                                           {"fr", {}},
                                           {"de", {}},
                                           {"it", {}},
                                           {"ca", {}},
                                           {"nl", {}},
                                           {"tr", {}},
                                           {"ru", {}},
                                           {"id", {}},
                                           {"sv", {}}}};
  for (Slot& slot : slots) {
    if (language != slot.language) continue;
    if (!slot.stemmer) slot.stemmer.reset(sb_stemmer_new(slot.language, "UTF_8"));
    return slot.stemmer.get();
  }
  return nullptr;
}

// Valid until the stemmer's next word.
std::string_view stem_of(sb_stemmer* stemmer, std::string_view word) {
  const auto* symbols = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* stem = sb_stemmer_stem(stemmer, symbols, static_cast<int>(word.size()));
  return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

}  // namespace

bool have_one_stem(std::string_view a, std::string_view b, std::string_view language) {
  // Stems only lose their ends.
  constexpr std::size_t kShared = 3;
  if (a == b) return true;
  if (a.substr(0, kShared) != b.substr(0, kShared)) return false;
  sb_stemmer* stemmer = stemmer_for(language);
  if (stemmer == nullptr) return false;
  const std::string first(stem_of(stemmer, a));
  return first == stem_of(stemmer, b);
}

}  // namespace tweetpulse
