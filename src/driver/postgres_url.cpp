#include "driver/postgres_url.h"

#include <array>
#include <optional>
#include <vector>

namespace tweetpulse::postgres {
namespace {

Error wrong(const std::string& why) {
  return {ErrorCode::rejected,
          "DATABASE_URL: " + why +
              "; write postgresql://user:password@host:5432/database, with characters such as @ and "
              "/ in the password percent-encoded"};
}

std::string decoded(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : digit(text[i + 2]);
    out += low < 0 ? text[i] : static_cast<char>(high * 16 + low);
    if (low >= 0) i += 2;
  }
  return out;
}

// asyncpg's and SQLAlchemy's words for libpq's.
std::optional<std::string> sslmode_of(std::string_view ssl) {
  if (ssl == "true" || ssl == "True" || ssl == "1" || ssl == "on") return "require";
  if (ssl == "false" || ssl == "False" || ssl == "0" || ssl == "off") return "disable";
  for (const std::string_view mode : {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
    if (ssl == mode) return std::string(mode);
  return std::nullopt;
}

// Settings of Python drivers that mean nothing here.
bool is_foreign(std::string_view name) {
  constexpr std::array<std::string_view, 5> kForeign = {"prepared_statement_cache_size", "statement_cache_size",
                                                        "command_timeout", "async_fallback",
                                                        "prepared_statement_name_func"};
  for (const auto foreign : kForeign)
    if (name == foreign) return true;
  return false;
}

bool is_schema_name(std::string_view name) {
  if (name.empty() || name.size() > 63) return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return name.front() < '0' || name.front() > '9';
}

Result<> take_parameter(std::string_view parameter, Target& target, std::string& query) {
  const auto equals = parameter.find('=');
  const auto name = parameter.substr(0, equals);
  const std::string value = decoded(equals == std::string_view::npos ? "" : parameter.substr(equals + 1));
  std::string kept(parameter);
  if (name == "schema") {
    if (!is_schema_name(value)) return wrong("the schema `" + value + "` is no name of small letters, digits and _");
    target.schema = value;
    return {};
  }
  if (is_foreign(name)) return {};
  if (name == "ssl") {
    const auto mode = sslmode_of(value);
    if (!mode) return wrong("ssl=" + value + " is unknown (disable, prefer, require, verify-ca, verify-full)");
    kept = "sslmode=" + *mode;
  }
  query.append(query.empty() ? "?" : "&").append(kept);
  return {};
}

}  // namespace

Result<Target> parse_url(std::string_view url) {
  const auto mark = url.find("://");
  if (mark == std::string_view::npos) return wrong("it has no scheme");
  const auto scheme = url.substr(0, mark), plain = scheme.substr(0, scheme.find('+'));
  if (plain != "postgresql" && plain != "postgres") return wrong("its scheme `" + std::string(scheme) + "` is unknown");
  const auto rest = url.substr(mark + 3);
  const auto question = rest.find('?');
  const auto body = rest.substr(0, question);
  const auto authority = body.substr(0, body.find('/'));
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos && authority.find('@') != at) return wrong("the password holds an @ as it is");
  Target target;
  target.address = at == std::string_view::npos ? body : body.substr(at + 1);
  if (target.address.empty() || target.address.starts_with('/')) target.address = "(PGHOST)" + target.address;
  std::string query;
  auto parameters = question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  while (!parameters.empty()) {
    const auto one = parameters.substr(0, parameters.find('&'));
    parameters.remove_prefix(std::min(parameters.size(), one.size() + 1));
    if (one.empty()) continue;
    if (auto taken = take_parameter(one, target, query); !taken) return taken.error();
  }
  target.url = "postgresql://" + std::string(body) + query;
  return target;
}

}  // namespace tweetpulse::postgres
