#include "driver/postgres.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <deque>
#include <optional>

#include "driver/postgres_statements.h"
#include "driver/postgres_url.h"

namespace tweetpulse::postgres {
namespace {

using Clock = std::chrono::steady_clock;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::string one_line(std::string_view text) {
  std::string line(text.substr(0, text.find_last_not_of("\n ") + 1));
  for (char& c : line)
    if (c == '\n') c = ' ';
  return line;
}

// A failed connection has no SQLSTATE in libpq 15, only words.
bool is_refusal(std::string_view message) {
  for (const std::string_view words :
       {"password authentication failed", "no pg_hba.conf entry", "does not exist", "certificate verify failed",
        "no password supplied", "not permitted to log in", "authentication failed", "does not support SSL",
        "permission denied for database", "invalid URI", "invalid sslmode", "certificate", "invalid connection option"})
    if (message.find(words) != std::string_view::npos) return true;
  return false;
}

std::string_view remedy_of(std::string_view state) {
  if (state == "42P01" || state == "42703" || state == "3F000") return "; run `tweetpulse migrate` with this version";
  if (state == "42501") return "; grant this user the tables and sequences of the schema";
  if (state.starts_with("53")) return "; give the server room or more connections";
  if (state == "57014") return "; the statement ran into store.statement_timeout";
  if (state == "26000" || state == "42P05") return "; behind a pooler set store.named_statements = false";
  return "";
}

// A table, column, function, schema or database is missing, or a right or the login: no batch is to blame for it.
bool needs_somebody(std::string_view state) {
  for (const std::string_view wrong : {"42P01", "42703", "42883", "3F000", "3D000", "42501", "28000", "28P01"})
    if (state == wrong) return true;
  return false;
}

// Waits until the socket is readable (or writable, when asked). False: the deadline came first.
bool await(PGconn* connection, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd socket{PQsocket(connection), events, 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // libpq reports what is wrong with the socket
  }
}

}  // namespace

ErrorCode code_of(std::string_view state) {
  const auto group = state.substr(0, 2);
  for (const std::string_view again : {"08", "40", "53", "57", "58"})
    if (group == again) return ErrorCode::unavailable;
  for (const std::string_view again : {"55P03", "25006", "25P02", "26000", "42P05", "0A000", "25P03"})
    if (state == again) return ErrorCode::unavailable;
  if (needs_somebody(state)) return ErrorCode::unavailable;
  return state == "XX001" || state == "XX002" ? ErrorCode::corrupt : ErrorCode::rejected;
}

struct Connection::State {
  struct Item {
    bool prepares = false;
    std::string sql;
    OnRow on_row;
  };

  Config config;
  std::string address;
  PGconn* connection = nullptr;
  std::deque<Item> items;
  Statements prepared;
  std::optional<Error> failed;  // of the pipeline that is being filled
  std::int64_t rows = 0;
  bool good = true, needs_somebody = false;

  ~State() {
    if (connection != nullptr) PQfinish(connection);
  }

  Error error(ErrorCode code, std::string_view what) const {
    return {code, "PostgreSQL at " + address + ": " + one_line(what)};
  }
  Error lost() {
    good = false;
    const std::string_view message = PQerrorMessage(connection);
    return error(ErrorCode::timeout, message.empty() ? "the connection was lost before the answer came" : message);
  }
  // The server's own limit comes first, so that it can still answer; past ours it is frozen or the network is gone.
  std::chrono::milliseconds server_limit() const {
    const auto whole = config.statement_timeout;
    return std::max(whole - std::chrono::milliseconds(2000), whole / 2);
  }
  Clock::time_point deadline() const {
    if (config.statement_timeout.count() == 0) return Clock::now() + std::chrono::hours(24);
    return Clock::now() + std::max(config.statement_timeout, server_limit() + std::chrono::milliseconds(2000));
  }

  Result<> connect(const Target& target);
  Result<Answer> next(Clock::time_point deadline);
  Error result_error(const PGresult* result);
  void take(const PGresult* result, const Item& item);
  void deallocate();
};

Result<> Connection::State::connect(const Target& target) {
  const std::string timeout = std::to_string(std::max<std::int64_t>(config.connect_timeout.count(), 1000));
  const std::array keys = {
      "application_name", "client_encoding",     "tcp_user_timeout", "keepalives_idle",
      "keepalives_count", "keepalives_interval", "dbname",           static_cast<const char*>(nullptr)};
  const std::array values = {config.application.c_str(),       "UTF8", "30000", "10", "3", "5", target.url.c_str(),
                             static_cast<const char*>(nullptr)};
  const auto until = Clock::now() + config.connect_timeout;
  connection = PQconnectStartParams(keys.data(), values.data(), 1);
  if (connection == nullptr) return error(ErrorCode::unavailable, "there is no memory for a connection");
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  auto state = PGRES_POLLING_WRITING;
  while (PQstatus(connection) != CONNECTION_BAD && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
    if (!await(connection, state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until))
      return error(ErrorCode::unavailable, "it does not answer within " + timeout + " ms; is the server up?");
    state = PQconnectPoll(connection);
  }
  if (PQstatus(connection) == CONNECTION_OK) return {};
  const std::string message = PQerrorMessage(connection);
  if (is_refusal(message)) return error(ErrorCode::rejected, message + " - correct DATABASE_URL");
  return error(ErrorCode::unavailable, message);
}

Result<Answer> Connection::State::next(Clock::time_point deadline) {
  for (;;) {
    const int unsent = PQflush(connection);
    if (unsent < 0) return lost();
    if (PQisBusy(connection) == 0) return Answer(PQgetResult(connection), &PQclear);
    const short events = unsent > 0 ? static_cast<short>(POLLIN | POLLOUT) : static_cast<short>(POLLIN);
    if (!await(connection, events, deadline)) {
      good = false;
      return error(ErrorCode::timeout, "no answer in time, the outcome is unknown; is the server frozen?");
    }
    if (PQconsumeInput(connection) == 0) return lost();
  }
}

Error Connection::State::result_error(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr || PQstatus(connection) == CONNECTION_BAD) {
    if (state == nullptr) return lost();
    good = false;
  }
  const std::string_view sqlstate = state;
  if (sqlstate == "26000" || sqlstate == "42P05" || sqlstate == "0A000") prepared.clear();
  needs_somebody = postgres::needs_somebody(sqlstate);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  std::string what = message == nullptr ? "" : message;
  what.append(" (").append(sqlstate).append(")").append(remedy_of(sqlstate));
  return error(code_of(sqlstate), what);
}

void Connection::State::take(const PGresult* result, const Item& item) {
  const int count = PQntuples(result);
  if (item.on_row)
    for (int row = 0; row < count; ++row) item.on_row(Row(result, row));
  const std::string_view written = PQcmdTuples(const_cast<PGresult*>(result));
  rows = written.empty() ? count : std::atoll(written.data());
}

// Each in a pipeline of its own: that one is not there any more is nobody's failure.
void Connection::State::deallocate() {
  if (!good || !items.empty() || PQtransactionStatus(connection) != PQTRANS_IDLE) return;
  const auto names = prepared.take_dropped();
  for (const auto& name : names) {
    if (PQsendQueryParams(connection, ("DEALLOCATE " + name).c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 0 ||
        PQpipelineSync(connection) == 0)
      good = false;
  }
  const auto until = deadline();
  for (std::size_t synced = 0; good && synced < names.size();) {
    const auto answer = next(until);
    if (!answer || PQstatus(connection) == CONNECTION_BAD)
      good = false;
    else if (PQresultStatus(answer->get()) == PGRES_PIPELINE_SYNC)
      ++synced;
  }
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const Config& config) {
  const auto target = parse_url(config.url);
  if (!target) return target.error();
  auto state = std::make_unique<State>();
  state->config = config;
  state->address = target->address;
  if (auto connected = state->connect(*target); !connected) return connected.error();
  if (PQsetnonblocking(state->connection, 1) != 0 || PQenterPipelineMode(state->connection) == 0) return state->lost();
  std::unique_ptr<Connection> connection(new Connection(std::move(state)));
  const auto milliseconds = std::to_string(connection->state_->server_limit().count());
  connection->send(
      "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $1, false),"
      " set_config('client_connection_check_interval', '5000', false),"
      " set_config('idle_in_transaction_session_timeout', '60000', false)",
      Parameters::of(milliseconds));
  if (!target->schema.empty())
    connection->send("SELECT set_config('search_path', $1, false)", Parameters::of(target->schema));
  std::string encoding;
  connection->send("SELECT pg_encoding_to_char(encoding)::text FROM pg_database WHERE datname = current_database()", {},
                   [&](const Row& row) { encoding = row.text(0); });
  if (auto set = connection->wait(); !set) {
    // Whatever the server says to a fresh connection, nothing of the caller's was done.
    return set.error().code == ErrorCode::timeout ? Error{ErrorCode::unavailable, set.error().what} : set.error();
  }
  if (encoding != "UTF8")
    return connection->failure(ErrorCode::rejected,
                               "the database is encoded in " + encoding + "; create one with ENCODING 'UTF8'");
  return connection;
}

void Connection::send(std::string_view sql, const Parameters& parameters, OnRow on_row) {
  State& state = *state_;
  if (state.failed) return;
  const auto count = parameters.values_.size();
  std::vector<const char*> values(count);
  std::vector<int> sizes(count), formats(count, 1);
  std::vector<Oid> types(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& value = parameters.values_[i];
    const char* bytes = value.text != nullptr ? value.text : parameters.bytes_.data() + value.at;
    values[i] = value.size < 0 ? nullptr : bytes;
    sizes[i] = value.size;
    types[i] = value.type;
  }
  const int n = static_cast<int>(count);
  const std::string text(sql);
  int sent = 1;
  if (state.config.named_statements) {
    state.deallocate();
    const auto [name, fresh] = state.prepared.use(text);
    if (fresh) {
      sent = PQsendPrepare(state.connection, name.c_str(), text.c_str(), n, types.data());
      state.items.push_back({true, text, {}});
    }
    if (sent == 1)
      sent = PQsendQueryPrepared(state.connection, name.c_str(), n, values.data(), sizes.data(), formats.data(), 1);
  } else {
    sent = PQsendQueryParams(state.connection, text.c_str(), n, types.data(), values.data(), sizes.data(),
                             formats.data(), 1);
  }
  if (sent == 1) {
    state.items.push_back({false, {}, std::move(on_row)});
    return;
  }
  state.failed = state.lost();
}

Result<> Connection::wait() {
  State& state = *state_;
  std::optional<Error> failure = std::exchange(state.failed, std::nullopt);
  if (!failure && (!state.good || PQpipelineSync(state.connection) == 0)) failure = state.lost();
  if (failure) {
    state.good = false;
    state.items.clear();
    return *failure;
  }
  const auto deadline = state.deadline();
  const auto stop = [&](Error error) {
    state.items.clear();
    return error;
  };
  for (;;) {
    auto answer = state.next(deadline);
    if (!answer) return stop(failure.value_or(answer.error()));
    const PGresult* result = answer->get();
    if (result == nullptr) {
      if (state.items.empty()) return stop(failure.value_or(state.lost()));
      state.items.pop_front();
      continue;
    }
    const auto status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      if (!failure && !state.items.empty()) state.take(result, state.items.front());
      continue;
    }
    // What was to be prepared behind a failure was not.
    if (!state.items.empty() && state.items.front().prepares) state.prepared.forget(state.items.front().sql);
    if (status != PGRES_PIPELINE_ABORTED && !failure) failure = state.result_error(result);
    if (!state.good) return stop(*failure);
  }
  state.items.clear();
  if (failure) return *failure;
  return {};
}

Result<> Connection::query(std::string_view sql, const Parameters& parameters, OnRow on_row) {
  send(sql, parameters, std::move(on_row));
  return wait();
}

Result<> Connection::script(std::string_view sql) {
  State& state = *state_;
  if (PQexitPipelineMode(state.connection) == 0 || PQsendQuery(state.connection, std::string(sql).c_str()) == 0)
    return state.lost();
  const auto deadline = state.deadline();
  std::optional<Error> failure;
  for (;;) {
    auto answer = state.next(deadline);
    if (!answer) return answer.error();
    if (answer->get() == nullptr) break;
    const auto status = PQresultStatus(answer->get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && !failure)
      failure = state.result_error(answer->get());
    if (!state.good) return *failure;
  }
  if (PQenterPipelineMode(state.connection) == 0) return state.lost();
  if (failure) return *failure;
  return {};
}

std::int64_t Connection::rows() const {
  return state_->rows;
}

bool Connection::is_good() const {
  return state_->good && PQstatus(state_->connection) == CONNECTION_OK;
}

bool Connection::needs_somebody() const {
  return state_->needs_somebody;
}

bool Connection::is_idle() const {
  return PQtransactionStatus(state_->connection) == PQTRANS_IDLE;
}

bool Connection::is_alive() {
  pollfd socket{PQsocket(state_->connection), POLLIN, 0};
  if (::poll(&socket, 1, 0) == 0) return is_good();
  // Notices are read away; an end of the stream, or the server's farewell, is the end.
  if (PQconsumeInput(state_->connection) == 0) state_->good = false;
  if (::poll(&socket, 1, 0) != 0) state_->good = false;
  return is_good();
}

const std::string& Connection::address() const {
  return state_->address;
}

Error Connection::failure(ErrorCode code, std::string_view what) const {
  return state_->error(code, what);
}

}  // namespace tweetpulse::postgres
