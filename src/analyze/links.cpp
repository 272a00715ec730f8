#include "analyze/links.h"

#include "analyze/punycode.h"

namespace tweetpulse {

std::string domain_of(std::string_view url) {
  if (const std::size_t protocol = url.find("://"); protocol != std::string_view::npos) url.remove_prefix(protocol + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  url = url.substr(0, url.find(':'));
  std::string domain;
  std::u32string label;
  const auto close_label = [&] {
    if (!append_punycode(domain, label)) domain.clear();
    label.clear();
  };
  for (std::size_t at = 0; at < url.size();) {
    const char32_t code = next_code_point(url, at);
    const bool dot = code == '.' || code == 0x3002 || code == 0xFF0E || code == 0xFF61;
    if (!dot) {
      label += lower_case(code);
      continue;
    }
    close_label();
    domain += '.';
  }
  close_label();
  if (domain.rfind("www.", 0) == 0 && domain.size() > 4) domain.erase(0, 4);
  return domain;
}

}  // namespace tweetpulse
