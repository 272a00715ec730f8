#include <array>

#include "api/body.h"
#include "api/handlers.h"
#include "api/json.h"
#include "api/problem.h"
#include "api/question.h"
#include "api/shared.h"
#include "store/books.h"
#include "store/tweet_store.h"

namespace tweetpulse::api {
namespace {

constexpr std::array kMembers{
    Param{.name = "rate", .doc = "tweets a second", .type = Type::integer, .range = "0..10000"},
    Param{.name = "scenario", .doc = "what the stream looks like", .range = "<=64"},
    Param{.name = "seed", .doc = "of the random numbers", .type = Type::integer, .range = "0..4294967295"}};

Result<std::string> kept(const Ports& ports, const Request& request) {
  auto setting = ports.store.books().setting("simulator");
  if (!setting) return setting.error();
  return setting->empty() ? request.shared.config.simulator : std::move(*setting);
}

Response setting_answer(const std::string& setting) {
  Json out;
  out.open().key("data").raw(setting).key("meta").open().key("warnings").open_list().close_list().close().close();
  return json_answer(out.take());
}

}  // namespace

Response get_simulator(const Ports& ports, const Request& request) {
  const auto setting = kept(ports, request);
  return setting ? setting_answer(*setting) : port_problem(request, "store", setting.error());
}

// Members that are left out keep their value.
Response put_simulator(const Ports& ports, const Request& request) {
  auto read = body_values(request, kMembers);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const Values& wanted = std::get<Values>(read);
  const auto before = kept(ports, request);
  if (!before) return port_problem(request, "store", before.error());
  const Pairs old = body_pairs(*before).value_or(Pairs{});
  Json out;
  out.open();
  for (const Param& member : kMembers) {
    std::string text;
    for (const auto& [name, value] : old) {
      if (name == member.name) text = value;
    }
    if (wanted.has(member.name)) text = wanted.text(member.name);
    out.key(member.name);
    if (member.type == Type::text) {
      out.text(text);
    } else {
      out.raw(text.empty() ? "0" : text);
    }
  }
  out.close();
  const auto set = ports.store.books().set_setting("simulator", out.str());
  return set ? setting_answer(out.str()) : port_problem(request, "store", set.error());
}

}  // namespace tweetpulse::api
