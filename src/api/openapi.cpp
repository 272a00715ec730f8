#include <cctype>
#include <set>

#include "api/json.h"
#include "api/problem.h"
#include "api/routes.h"
#include "api/schemas.h"

namespace tweetpulse {
namespace {

using namespace api;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string reference(std::string_view name) {
  return R"({"$ref":"#/components/schemas/)" + std::string(name) + "\"}";
}

std::string_view scope_name(Scope scope) {
  switch (scope) {
    case Scope::open:
      return "open";
    case Scope::read:
      return "read";
    case Scope::analytics:
      return "analytics";
    case Scope::ingest:
      return "ingest";
    default:
      return "admin";
  }
}

void append_scalar(Json& out, const Param& param) {
  switch (param.type) {
    case Type::integer: {
      const auto [least, most] = bounds_of(param.range);
      out.member("type", "integer");
      if (least != INT64_MIN) out.member("minimum", least).member("maximum", most);
      if (!param.fallback.empty()) out.key("default").raw(param.fallback);
      return;
    }
    case Type::boolean:
      out.member("type", "boolean");
      if (!param.fallback.empty()) out.key("default").raw(param.fallback);
      return;
    case Type::choice:
      out.member("type", "string").key("enum").open_list();
      for (const auto word : split(param.range, '|')) out.text(word);
      out.close_list();
      break;
    default:
      out.member("type", "string");
      if (param.range.starts_with("<=")) out.member("maxLength", bounds_of(param.range).second);
  }
  if (!param.fallback.empty()) out.member("default", param.fallback);
}

void append_schema(Json& out, const Param& param) {
  out.key("schema").open();
  if (param.repeated) {
    out.member("type", "array").key("items").open();
    append_scalar(out, param);
    out.close();
    if (param.most != 0) out.member("maxItems", param.most);
  } else {
    append_scalar(out, param);
  }
  out.close();
}

void append_example(Json& out, const Param& param) {
  if (param.example.empty()) return;
  out.key("example");
  if (param.repeated) {
    out.open_list();
    for (const auto part : split(param.example, ',')) out.text(part);
    out.close_list();
  } else if (param.type == Type::integer || param.type == Type::boolean) {
    out.raw(param.example);
  } else {
    out.text(param.example);
  }
}

void append_parameter(Json& out, const Param& param) {
  std::string doc(param.doc);
  if (!param.aliases.empty()) doc += ". Also called " + std::string(param.aliases);
  out.open().member("name", param.name).member("in", "query").member("description", doc);
  out.member("required", param.required);
  if (param.repeated) out.member("style", "form").member("explode", true);
  append_schema(out, param);
  append_example(out, param);
  out.close();
}

void append_parameters(Json& out, const Route& route) {
  out.key("parameters").open_list();
  const std::size_t open = route.path.find('{');
  if (open != std::string_view::npos) {
    const std::string_view name = route.path.substr(open + 1, route.path.find('}') - open - 1);
    out.open().member("name", name).member("in", "path").member("required", true);
    out.member("description", name == "id" ? "Percent-encoded id" : "Code of an error");
    out.key("schema").open().member("type", "string").close();
    out.member("example", name == "id" ? "2028096666858422273" : "invalid-query").close();
  }
  if (!route.body_is_parameters) {
    for (const Param& param : route.params) append_parameter(out, param);
  }
  out.close_list();
}

void append_body(Json& out, const Route& route) {
  if (route.body.empty()) return;
  const bool needed = route.body != "SourceName" && route.body != "LetterFilter";
  out.key("requestBody").open().member("required", needed).key("content").open();
  if (route.body == "PushLines") {
    out.key("application/x-ndjson").open().key("schema").raw(R"({"type":"string"})").close();
  }
  out.key("application/json").open().key("schema").raw(reference(route.body)).close().close().close();
}

void append_problems(Json& out, const Route& route) {
  std::set<int> statuses;
  std::string codes = "internal";
  for (const auto code : split(route.problems, ' ')) {
    if (code.empty()) continue;
    statuses.insert(problem_kind(code).status);
    codes.append(", ").append(code);
  }
  for (const int status : statuses) {
    if (status == route.status) continue;
    out.key(std::to_string(status)).open().member("description", "A problem: " + codes).key("content").open();
    out.key("application/problem+json").open().key("schema").raw(reference("Problem")).close().close().close();
  }
  out.key("default").open().member("description", "A problem: " + codes).key("content").open();
  out.key("application/problem+json").open().key("schema").raw(reference("Problem")).close().close().close();
}

void append_responses(Json& out, const Route& route) {
  out.key("responses").open().key(std::to_string(route.status)).open().member("description", route.summary);
  if (!route.answer.empty()) {
    out.key("content").open();
    for (const auto media : split(route.media, ' ')) {
      out.key(media).open().key("schema");
      out.raw(media == "application/json" ? reference(route.answer) : std::string(R"({"type":"string"})")).close();
    }
    out.close();
  }
  out.close();
  if (route.answer == "Ready") {
    out.key("503").open().member("description", "Not ready").key("content").open().key("application/json").open();
    out.key("schema").raw(reference("Ready")).close().close().close();
  }
  append_problems(out, route);
  out.close();
}

std::string curl_of(const Route& route) {
  std::string out = "curl";
  if (route.method != "GET") out += " -X " + std::string(route.method);
  std::string path(route.path);
  if (const std::size_t open = path.find("{id}"); open != std::string::npos)
    path.replace(open, 4, "2028096666858422273");
  if (const std::size_t open = path.find("{code}"); open != std::string::npos) path.replace(open, 6, "invalid-query");
  return out + " 'http://127.0.0.1:8080" + path + "'";
}

void append_operation(Json& out, const Route& route) {
  const bool live = route.path == "/api/live" || route.path == "/ws";
  out.key(lower(route.method)).open().member("operationId", route.name).member("summary", route.summary);
  out.member("description", "Scope: " + std::string(scope_name(route.scope)) + ". Try it: `" + curl_of(route) + "`");
  const std::size_t slash = route.path.find('/', 5);
  const bool api = route.path.starts_with("/api/");
  const std::string_view tag = live  ? "live"
                               : api ? route.path.substr(5, slash == std::string_view::npos ? slash : slash - 5)
                                     : "system";
  out.key("tags").open_list().text(tag.substr(0, tag.find(':'))).close_list();
  append_parameters(out, route);
  append_body(out, route);
  append_responses(out, route);
  out.key("security").raw(route.scope == Scope::open ? "[]" : R"([{},{"key":[]}])").close();
}

}  // namespace

std::string openapi_json(std::string_view version) {
  Json out;
  out.open().member("openapi", "3.1.0").key("info").open().member("title", "TweetPulse");
  out.member("version", version.empty() ? "0" : version).member("summary", "Real-time analytics of social streams");
  out.key("license").open().member("name", "Apache-2.0").member("identifier", "Apache-2.0").close().close();
  out.key("servers").raw(R"([{"url":"/","description":"This server"}])").key("paths").open();
  std::set<std::string_view> done;
  for (const Route& route : kRoutes) {
    if (!done.insert(route.path).second) continue;
    out.key(route.path).open();
    for (const Route& same : kRoutes) {
      if (same.path == route.path) append_operation(out, same);
    }
    out.close();
  }
  out.close().key("components").open().key("schemas").raw(schemas_json());
  out.key("securitySchemes").raw(R"({"key":{"type":"http","scheme":"bearer"}})").close();
  return out.close().take();
}

}  // namespace tweetpulse
