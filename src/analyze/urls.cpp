#include "analyze/urls.h"

#include "analyze/punycode.h"
#include "analyze/url_tail.h"

namespace tweetpulse {

using namespace characters;

namespace {

constexpr int kMaxUrl = 4096;  // UTF-16 units, the protocol counted twice as the reference does
constexpr int kMaxLabel = 63;
constexpr int kMaxShortLink = 40;

// A dot of a run of domain characters, and whether the label before it can stand there.
struct Dot {
  int at;
  int underscore;     // last underscore of its label, -1: none
  int tld_end;        // end of the top-level domain behind it, -1: none
  int best;           // number of the last dot that may close a domain going on behind this one, -1: none
  bool label_begins;  // the label starts with a domain character
  bool label_ends;    // the label ends with one
};

class UrlScanner {
 public:
  UrlScanner(const Text& text, std::vector<Span>& urls) : text_(text), urls_(urls) {}

  void run() {
    for (int at = 0; at < text_.size();) {
      const int end = match_behind(at);
      at = end > at ? end : at + 1;
    }
  }

 private:
  // Tries the URLs that `at` precedes, as the reference orders its attempts. Returns the end of a match or -1.
  int match_behind(int at) {
    // The reference sees surrogates: the second half of a pair may begin a domain behind the first.
    if (text_[at] >= 0x10000) {
      const int end = match(at, 0);
      if (end >= 0) return end;
    }
    if (text_.is(at, kUrlBefore)) {
      const int end = match(at + 1, text_[at]);
      if (end >= 0) return end;
    }
    return at == 0 ? match(0, 0) : -1;
  }

  int protocol_length(int at) const {
    constexpr char32_t kHttp[] = {'h', 't', 't', 'p'};
    for (int i = 0; i < 4; ++i) {
      if ((text_.code(at + i) | 32) != kHttp[i]) return 0;
    }
    const int colon = (text_.code(at + 4) | 32) == 's' ? at + 5 : at + 4;
    if (text_.code(colon) != ':' || text_.code(colon + 1) != '/' || text_.code(colon + 2) != '/') return 0;
    return colon + 3 - at;
  }

  int match(int at, char32_t before) {
    if (!text_.is(at, kDomain)) return -1;
    const int protocol = protocol_length(at);
    const int domain_end = end_of_domain(at + protocol);
    if (domain_end < 0) return -1;
    const UrlTail tail = tail_of_url(text_, domain_end);
    if (!valid(at, protocol, domain_end, tail.end)) return tail.end;
    if (protocol > 0) {
      add_with_protocol(at, protocol, domain_end, tail.end);
    } else if (before != '-' && before != '_' && before != '.' && before != '/') {
      add_ascii_domains(at, domain_end, tail);
    }
    return tail.end;
  }

  void add_with_protocol(int at, int protocol, int domain_end, int end) {
    const int slash = domain_end;
    if (slash - (at + protocol) == 4 && text_.code(slash) == '/' && is_short_link(at + protocol)) {
      int slug = slash + 1;
      while (is_ascii_alnum(text_.code(slug))) ++slug;
      if (slug - slash - 1 > kMaxShortLink) return;
      if (slug > slash + 1) end = end_of_query(text_, slug);
    }
    urls_.push_back({at, end});
  }

  bool is_short_link(int domain) const {
    constexpr char32_t kName[] = {'t', '.', 'c', 'o'};
    for (int i = 0; i < 4; ++i) {
      if (lower_case(text_[domain + i]) != kName[i]) return false;
    }
    return true;
  }

  // Without a protocol only the ASCII (and accented Latin) domains inside the domain count.
  void add_ascii_domains(int at, int domain_end, const UrlTail& tail) {
    const std::size_t first = urls_.size();
    for (int next = at; next < domain_end;) next = add_ascii_domain(next, domain_end);
    if (urls_.size() == first || tail.path < 0) return;
    if (urls_.back().end == domain_end) urls_.back().end = tail.end;
  }

  bool ascii_domain_character(int at) const {
    return is_ascii_alnum(text_[at]) || text_[at] == '-' || text_.is(at, kLatinAccent);
  }

  // Appends the domain of the chain of labels that starts at `at`; returns where to look on.
  int add_ascii_domain(int at, int limit) {
    int found = -1, next = at;
    while (next < limit && ascii_domain_character(next)) {
      int dot = next;
      while (dot < limit && ascii_domain_character(dot)) ++dot;
      if (dot >= limit || text_[dot] != '.') {
        next = dot;
        break;
      }
      const int end = end_of_tld(text_, dot + 1, limit);
      if (end >= 0) found = end;
      next = dot + 1;
    }
    if (found < 0) return next > at ? next : at + 1;
    urls_.push_back({at, found});
    return found;
  }

  // The reference's check of lengths, and that a domain in punycode is one.
  bool valid(int at, int protocol, int domain_end, int end) {
    int units = protocol > 0 ? protocol : 8;
    for (int i = at; i < end && units <= kMaxUrl; ++i) units += text_[i] >= 0x10000 ? 2 : 1;
    if (units > kMaxUrl) return false;
    const int domain = at + protocol;
    for (int label = domain; label < domain_end;) {
      int dot = label;
      while (dot < domain_end && text_[dot] != '.') ++dot;
      if (punycode_length(text_, label, dot) > kMaxLabel) return false;
      label = dot + 1;
    }
    return text_.slice(domain, domain_end).substr(0, 4) != "xn--" || holds_ascii_domain(domain, domain_end);
  }

  bool holds_ascii_domain(int at, int end) {
    const std::size_t before = urls_.size();
    for (int next = at; next < end && urls_.size() == before;) next = add_ascii_domain(next, end);
    const bool found = urls_.size() > before;
    urls_.resize(before);
    return found;
  }

  // End of the longest domain with a known top-level domain that starts at `at`, or -1.
  int end_of_domain(int at) {
    if (!text_.is(at, kDomain)) return -1;
    if (at < run_start_ || at >= run_end_) read_run(at);
    while (next_dot_ < dots_.size() && dots_[next_dot_].at < at) ++next_dot_;
    if (next_dot_ >= dots_.size()) return -1;
    const Dot& dot = dots_[next_dot_];
    if (!dot.label_ends) return -1;
    if (dot.best >= 0) return dots_[static_cast<std::size_t>(dot.best)].tld_end;
    return dot.underscore < at ? dot.tld_end : -1;
  }

  // Finds the dots of the run of domain characters, hyphens, underscores and dots that starts at `at`.
  void read_run(int at) {
    dots_.clear();
    next_dot_ = 0;
    run_start_ = at;
    int label = at, underscore = -1;
    for (; at < text_.size(); ++at) {
      const char32_t code = text_[at];
      if (code == '.') {
        dots_.push_back({at, underscore, end_of_tld(text_, at + 1, text_.size()), -1, text_.is(label, kDomain),
                         at > label && text_.is(at - 1, kDomain)});
        label = at + 1;
        underscore = -1;
      } else if (code == '_') {
        underscore = at;
      } else if (code != '-' && !text_.is(at, kDomain)) {
        break;
      }
    }
    run_end_ = at;
    for (int i = static_cast<int>(dots_.size()) - 2; i >= 0; --i) {
      Dot& dot = dots_[static_cast<std::size_t>(i)];
      const Dot& next = dots_[static_cast<std::size_t>(i) + 1];
      if (!next.label_begins || !next.label_ends) continue;
      dot.best = next.best >= 0 ? next.best : next.underscore < 0 && next.tld_end >= 0 ? i + 1 : -1;
    }
  }

  const Text& text_;
  std::vector<Span>& urls_;
  std::vector<Dot> dots_;
  std::size_t next_dot_ = 0;
  int run_start_ = 0, run_end_ = 0;
};

}  // namespace

void find_urls(const Text& text, std::vector<Span>& urls) {
  if (text.bytes().find('.') != std::string_view::npos) UrlScanner(text, urls).run();
}

}  // namespace tweetpulse
