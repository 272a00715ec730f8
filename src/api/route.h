// One row of the route table and what a handler gets. Threads: constant data and plain values.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "api/parameters.h"
#include "driver/http_server.h"

namespace tweetpulse::api {

struct Ports;
struct Shared;
struct Route;

using Response = HttpResponse;

struct Request {
  const HttpRequest& http;
  const Route& route;
  Shared& shared;
  std::string path;      // decoded, without the query
  std::string variable;  // {id} or {code} of the template, decoded
  std::string request_id;
  Time now{};
  Values values;
};

using Handler = Response(const Ports&, const Request&);

enum class Scope { open, read, analytics, ingest, admin };

struct Route {
  std::string_view method, path, name, summary;
  std::span<const Param> params = {};
  std::string_view body = "", answer = "";  // names in schemas.json
  std::string_view media = "application/json";
  int status = 200;
  Scope scope = Scope::read;
  int cost = 1;
  std::string_view problems = "";  // codes beyond those that every route may answer, space between
  Handler& handler;
  bool body_is_parameters = false;  // POST search: the members of the body are the parameters
};

}  // namespace tweetpulse::api
