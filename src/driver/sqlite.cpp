#include "driver/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <functional>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "driver/sqlite_log_check.h"

namespace tweetpulse::sqlite {
namespace {

// Texts built from filters vary; beyond this many, statements are no longer kept.
constexpr std::size_t kKeptStatements = 256;

struct Meaning {
  ErrorCode code;
  const char* remedy;
};

Meaning meaning_of(int extended) {
  if (extended == SQLITE_IOERR_CORRUPTFS) return {ErrorCode::corrupt, "check the file system, then restore a backup"};
  switch (extended & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::unavailable, "free room on its disk; nothing was half-written"};
    case SQLITE_IOERR:
      return {ErrorCode::unavailable, "check the disk (room, quota, cables); nothing was half-written"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {ErrorCode::unavailable, "another process holds it locked; wait or end that process"};
    case SQLITE_CANTOPEN:
      return {ErrorCode::unavailable, "create its folder and allow this user to write there"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::unavailable, "allow this user to write to the file and its folder"};
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
      return {ErrorCode::unavailable, "try again"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::corrupt, "move the file aside and restore a backup"};
    case SQLITE_TOOBIG:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return {ErrorCode::rejected, "this value is not taken"};
    default:
      return {ErrorCode::rejected, "the file was made by another version, or the statement is wrong"};
  }
}

Error error_with(int extended, std::string_view file, std::string_view doing, std::string_view said) {
  const Meaning meaning = meaning_of(extended);
  std::string what(doing);
  what.append(" ").append(file).append(": ").append(said);
  what.append(" (SQLite ").append(std::to_string(extended)).append("); ").append(meaning.remedy);
  return Error{meaning.code, std::move(what)};
}

Error error_of(sqlite3* database, std::string_view doing) {
  const char* file = sqlite3_db_filename(database, "main");
  return error_with(sqlite3_extended_errcode(database), file == nullptr ? "" : file, doing, sqlite3_errmsg(database));
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

struct Database::State {
  sqlite3* handle = nullptr;
  std::filesystem::path file;
  // Null while the statement is in use.
  std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> kept;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (const auto& [text, statement] : kept) sqlite3_finalize(statement);
    sqlite3_close_v2(handle);
  }
};

Statement::Statement(sqlite3_stmt* statement, sqlite3_stmt** slot) : statement_(statement), slot_(slot) {}

Statement::Statement(Statement&& other) noexcept
    : statement_(other.statement_), slot_(other.slot_), bind_code_(other.bind_code_) {
  other.statement_ = nullptr;
}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (slot_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  *slot_ = statement_;
}

Statement& Statement::bound(int code) {
  if (code != SQLITE_OK && bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

Statement& Statement::bind(int index, std::int64_t value) {
  return bound(sqlite3_bind_int64(statement_, index, value));
}

Statement& Statement::bind(int index, double value) {
  return bound(sqlite3_bind_double(statement_, index, value));
}

Statement& Statement::bind(int index, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  return bound(sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  return bound(sqlite3_bind_blob64(statement_, index, data, bytes.size(), SQLITE_STATIC));
}

Statement& Statement::bind_null(int index) {
  return bound(sqlite3_bind_null(statement_, index));
}

Result<bool> Statement::step() {
  sqlite3* database = sqlite3_db_handle(statement_);
  if (bind_code_ != SQLITE_OK) {
    const int code = std::exchange(bind_code_, SQLITE_OK);
    return error_with(code, sqlite3_db_filename(database, "main"), "Binding a value for", sqlite3_errstr(code));
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = error_of(database, "Using");
  sqlite3_reset(statement_);
  return error;
}

Result<> Statement::run() {
  for (;;) {
    auto row = step();
    if (!row) return row.error();
    if (!*row) break;
  }
  sqlite3_reset(statement_);
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_);
  bind_code_ = SQLITE_OK;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string_view Statement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

namespace {

// Two processes that create the file at once get BUSY here without any waiting by SQLite.
Result<> switch_to_wal(Database& database, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    std::string mode;
    const int code = sqlite3_exec(
        database.handle(), "PRAGMA journal_mode=WAL",
        [](void* out, int, char** values, char**) {
          *static_cast<std::string*>(out) = values[0] == nullptr ? "" : values[0];
          return 0;
        },
        &mode, nullptr);
    if (code == SQLITE_OK && mode == "wal") return {};
    if (code == SQLITE_OK) {
      return Error{ErrorCode::unavailable, "Opening " + database.file().string() +
                                               ": its file system has no shared memory files; use a local disk"};
    }
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() >= deadline) return database.error("Opening");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::filesystem::path& file, const OpenOptions& options) {
  // Its memory statistics are one mutex for all threads and nobody reads them. Too late (misuse) is harmless.
  [[maybe_unused]] static const int quick = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  std::error_code ignored;
  if (!options.read_only && file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), ignored);
  if (auto log = check_log(file); !log) return log.error();
  auto state = std::make_unique<State>();
  state->file = file;
  const int flags = (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &state->handle, flags, nullptr);
  if (code != SQLITE_OK) {
    const char* said = state->handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(state->handle);
    return error_with(code, file.string(), "Opening", said);
  }
  sqlite3_busy_timeout(state->handle, static_cast<int>(options.busy_timeout.count()));
  Database database(std::move(state));
  if (!options.read_only) {
    // Of a new file only: tweets are long rows, and larger pages cost fewer calls.
    if (sqlite3_exec(database.handle(), "PRAGMA page_size=8192", nullptr, nullptr, nullptr) != SQLITE_OK)
      return database.error("Opening");
    if (auto wal = switch_to_wal(database, options.busy_timeout); !wal) return wal.error();
  }
  const char* sync = options.full_sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL";
  for (const char* sql : {sync, "PRAGMA temp_store=MEMORY", "SELECT count(*) FROM sqlite_master"}) {
    if (sqlite3_exec(database.handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return database.error("Opening");
  }
  return database;
}

Result<> Database::execute(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(handle(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error("Using");
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  auto found = state_->kept.find(sql);
  if (found != state_->kept.end() && found->second != nullptr) {
    return Statement(std::exchange(found->second, nullptr), &found->second);
  }
  const bool keep = found == state_->kept.end() && state_->kept.size() < kKeptStatements;
  sqlite3_stmt* statement = nullptr;
  const unsigned flags = keep ? SQLITE_PREPARE_PERSISTENT : 0;
  if (sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), flags, &statement, nullptr) != SQLITE_OK) {
    return error("Using");
  }
  sqlite3_stmt** slot = keep ? &state_->kept.emplace(sql, nullptr).first->second : nullptr;
  return Statement(statement, slot);
}

std::int64_t Database::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(handle());
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle());
}

Result<std::int64_t> Database::data_version() {
  auto statement = prepare("PRAGMA data_version");
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return statement->integer(0);
}

sqlite3* Database::handle() const {
  return state_->handle;
}

namespace {

void call_text_function(sqlite3_context* context, int count, sqlite3_value** values) {
  std::array<std::string_view, 8> texts;
  const auto used = std::min(static_cast<std::size_t>(count), texts.size());
  for (std::size_t i = 0; i < used; ++i) {
    const void* text = sqlite3_value_text(values[i]);
    if (text == nullptr) continue;
    texts[i] = {static_cast<const char*>(text), static_cast<std::size_t>(sqlite3_value_bytes(values[i]))};
  }
  const auto* function = static_cast<const Database::TextFunction*>(sqlite3_user_data(context));
  sqlite3_result_int64(context, (*function)(std::span(texts).first(used)));
}

}  // namespace

Result<> Database::add_function(const char* name, int arguments, TextFunction function) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  auto* kept = new TextFunction(function);
  const auto forget = [](void* data) { delete static_cast<TextFunction*>(data); };
  if (sqlite3_create_function_v2(handle(), name, arguments, flags, kept, call_text_function, nullptr, nullptr,
                                 forget) != SQLITE_OK) {
    return error("Opening");
  }
  return {};
}

const std::filesystem::path& Database::file() const {
  return state_->file;
}

Error Database::error(std::string_view doing) const {
  return error_of(handle(), doing);
}

}  // namespace tweetpulse::sqlite
