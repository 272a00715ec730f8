#include "api/cursor.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <simdjson.h>

#include <array>
#include <optional>
#include <stdexcept>

#include "api/json.h"

namespace tweetpulse::api {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xFF);
    }
  }
  return out;
}

std::optional<CursorNote> read_note(const std::string& payload) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view route, question, id;
  std::int64_t version = 0, ms = 0, expires = 0;
  double weight = 0;
  bool back = false;
  if (parser.parse(payload).get(root) != simdjson::SUCCESS) return std::nullopt;
  const bool whole = root["v"].get(version) == simdjson::SUCCESS && version == 1 &&
                     root["r"].get(route) == simdjson::SUCCESS && root["q"].get(question) == simdjson::SUCCESS &&
                     root["w"].get(weight) == simdjson::SUCCESS && root["t"].get(ms) == simdjson::SUCCESS &&
                     root["i"].get(id) == simdjson::SUCCESS && root["b"].get(back) == simdjson::SUCCESS &&
                     root["e"].get(expires) == simdjson::SUCCESS;
  if (!whole) return std::nullopt;
  return CursorNote{std::string(route), std::string(question), weight, ms, std::string(id), back, from_ms(expires)};
}

}  // namespace

std::string CursorSigner::signature(std::string_view payload) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(payload.data()),
       payload.size(), digest.data(), &length);
  return std::string(reinterpret_cast<const char*>(digest.data()), 16);
}

std::string CursorSigner::write(const CursorNote& note) const {
  Json json;
  json.open().member("v", 1).member("r", note.route).member("q", note.question);
  // 17 digits give back the same double; an index compares it for equality.
  json.key("w").raw(fmt::format("{:.17g}", note.weight)).member("t", note.ms).member("i", note.id);
  json.member("b", note.back).member("e", to_ms(note.expires)).close();
  const std::string payload = json.take();
  return base64url(payload) + "." + base64url(signature(payload));
}

std::variant<CursorNote, CursorFault> CursorSigner::read(std::string_view cursor, std::string_view route,
                                                         std::string_view question, Time now) const {
  const std::size_t dot = cursor.find('.');
  if (dot == std::string_view::npos) return CursorFault::invalid;
  const auto payload = from_base64url(cursor.substr(0, dot));
  if (!payload || base64url(*payload) != cursor.substr(0, dot)) return CursorFault::invalid;
  const std::string wanted = base64url(signature(*payload));
  const std::string_view given = cursor.substr(dot + 1);
  if (given.size() != wanted.size() || CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) != 0) {
    return CursorFault::invalid;
  }
  auto note = read_note(*payload);
  if (!note) return CursorFault::invalid;
  if (note->route != route || note->question != question) return CursorFault::mismatch;
  if (note->expires <= now) return CursorFault::expired;
  return std::move(*note);
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw std::runtime_error("The system gives no random bytes; check /dev/urandom.");
  }
  return bytes;
}

std::string sha256_hex(std::string_view text, std::size_t digits) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned int i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
  return out.substr(0, digits);
}

std::string base64url(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += kDigits[bits >> held & 63];
    }
  }
  if (held > 0) out += kDigits[bits << (6 - held) & 63];
  return out;
}

}  // namespace tweetpulse::api
