# Warnings, hardening, sanitizers, ccache and mold: what every target is built with.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Designated initialisers leave members out on purpose.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 sees out-of-bounds accesses that do not exist inside std::string and std::vector at -O2.
  add_compile_options(-Wno-stringop-overflow -Wno-array-bounds -Wno-restrict -Wno-dangling-pointer -Wno-maybe-uninitialized)
else()
  # Clang blames std::stable_sort of libstdc++ 12 on whoever calls it; GCC still reports calls of our own.
  add_compile_options(-Wno-deprecated-declarations)
endif()
if(CMAKE_BUILD_TYPE STREQUAL Debug)
  add_compile_options(-O0 -g1)
else()
  add_compile_options(-fstack-protector-strong -fcf-protection -fPIE)
  add_compile_definitions(_FORTIFY_SOURCE=3)
  add_link_options(-pie -Wl,-z,relro,-z,now)
endif()

# -O3 costs a tenth more build time and brings nothing that the benches show.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

set(TWEETPULSE_SANITIZE "" CACHE STRING "Comma list for -fsanitize")
if(TWEETPULSE_SANITIZE)
  add_compile_options(-fsanitize=${TWEETPULSE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1)
  add_link_options(-fsanitize=${TWEETPULSE_SANITIZE})
  if(TWEETPULSE_SANITIZE MATCHES thread)
    # ThreadSanitizer knows no fences; Asio's stand beside locks that order the same.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

# Without coverage in the libraries a fuzzer sees only its own few lines.
option(TWEETPULSE_FUZZ "Build the fuzzers with libFuzzer (clang)" OFF)
if(TWEETPULSE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlienc libbrotlidec)
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc icu-i18n)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
find_package(prometheus-cpp REQUIRED COMPONENTS core)

if(NOT GTest_FOUND)
  message(STATUS "GoogleTest is missing (scripts/setup --test brings it): the tests are left out")
  set(TWEETPULSE_WITH_TESTS OFF)
endif()

add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
