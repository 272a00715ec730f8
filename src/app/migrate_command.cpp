#include <fmt/format.h>

#include "app/commands.h"
#include "app/exit_codes.h"
#include "app/runtime.h"

namespace tweetpulse {

int migrate_command(const Config& config, bool plan) {
  if (is_embedded(config, "store.url")) {
    fmt::print("The embedded store brings its schema up to date when it is opened: nothing to do.\n");
    return kDone;
  }
  const auto postgres = postgres_config(config, "migrate");
  const auto found = plan ? missing_migrations(postgres) : migrate(postgres);
  if (!found) throw StartError(found.error().retryable() ? kServerMissing : kWrongConfiguration, found.error().what);
  for (const auto& migration : *found) {
    fmt::print("{} {:04} {}\n", plan ? "missing" : "applied", migration.number, migration.name);
    if (plan) fmt::print("{}\n", migration.sql);
  }
  if (found->empty()) fmt::print("The schema is up to date.\n");
  return kDone;
}

}  // namespace tweetpulse
