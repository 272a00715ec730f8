# Tables made from the pinned packages of data/ by scripts/make_tables.py; nothing of them is committed.
set(TWEETPULSE_GENERATED ${CMAKE_BINARY_DIR}/generated)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
file(MAKE_DIRECTORY ${TWEETPULSE_GENERATED})
