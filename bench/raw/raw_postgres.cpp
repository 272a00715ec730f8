// raw_postgres --postgres CONNECTION [--count N] [--body-type jsonb|text] [--shape lean|wide] [--bytes N | --lines
// FILE]: the exactly-once insert by a staging table and by VALUES, 1000 and 100 rows a transaction, with libpq and
// nothing else.
#include "raw_postgres.h"

int main(int count, char** words) {
  const raw::Options options(count, words);
  const auto lines = raw::lines(options, 1'000);
  raw::Figures figures("raw_postgres");
  figures.add("bytes", raw::average_bytes(lines));
  for (const bool copy : {true, false}) {
    for (const std::size_t batch : {1'000, 100}) {
      raw::Database database(options, batch, copy);
      const auto rows = options.number("count", 100'000) / (batch == 100 ? 2 : 1) / batch * batch;
      const raw::Watch watch({database.backend()});
      for (std::size_t done = 0; done < rows; done += batch) {
        std::vector<raw::Row> part;
        for (std::size_t n = done; n < done + batch; ++n)
          part.push_back(raw::row_of(std::to_string(1'000'000'000'000'000'000 + n), n, lines[n % lines.size()]));
        database.save(part);
      }
      figures.add((copy ? "copy_" : "values_") + std::to_string(batch), rows, watch);
      database.check(rows);
      database.drop();
    }
  }
  figures.print();
}
