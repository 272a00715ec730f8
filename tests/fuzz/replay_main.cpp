// Runs a fuzz target over the files of a folder, and over each of their prefixes and single-byte changes at a few
// places: the corpus as a test, without libFuzzer.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

void run_variants(const std::string& bytes) {
  run(bytes);
  for (std::size_t cut = 0; cut < bytes.size(); cut += bytes.size() / 32 + 1) run(bytes.substr(0, cut));
  for (std::size_t at = 0; at < bytes.size(); at += bytes.size() / 32 + 1)
    for (const char byte : {'\0', '"', '{', '\xff', '9'}) {
      auto changed = bytes;
      changed[at] = byte;
      run(changed);
    }
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream content;
      content << in.rdbuf();
      run_variants(content.str());
      ++files;
    }
  std::printf("%d files\n", files);
  return files == 0 ? 1 : 0;
}
