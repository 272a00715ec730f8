# Tables made from the pinned packages of data/ by scripts/make_tables.py; nothing of them is committed.
set(TWEETPULSE_GENERATED ${CMAKE_BINARY_DIR}/generated)
set(TWEETPULSE_UNICODE /usr/share/unicode CACHE PATH "Unicode character database (Debian unicode-data)")
find_package(Python3 REQUIRED COMPONENTS Interpreter)
file(MAKE_DIRECTORY ${TWEETPULSE_GENERATED})

foreach(table lexicon tlds emoji vader_emoji character_kinds characters tables_version)
  list(APPEND TWEETPULSE_TABLES ${TWEETPULSE_GENERATED}/${table}.inc)
endforeach()
add_custom_command(
  OUTPUT ${TWEETPULSE_TABLES}
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/scripts/make_tables.py
          --data ${CMAKE_SOURCE_DIR}/data --unicode ${TWEETPULSE_UNICODE} --out ${TWEETPULSE_GENERATED}
  DEPENDS ${CMAKE_SOURCE_DIR}/scripts/make_tables.py ${CMAKE_SOURCE_DIR}/data/vader_corrections.tsv
          ${CMAKE_SOURCE_DIR}/data/package-lock.json
  COMMENT "Making the tables of src/analyze"
  VERBATIM)
add_custom_target(tweetpulse_tables DEPENDS ${TWEETPULSE_TABLES})
