# The web UI's own tests: types and lint, components, bundle sizes, and the journeys in real Chromium on the real binary.
if(TWEETPULSE_WITH_WEB)
  set(npm ${CMAKE_SOURCE_DIR}/scripts/with-node npm run --silent --prefix ${CMAKE_SOURCE_DIR}/web)
  foreach(script typecheck lint test size e2e)
    add_test(NAME web_${script} COMMAND ${npm} ${script} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web)
    set_tests_properties(web_${script} PROPERTIES LABELS web TIMEOUT 900
      ENVIRONMENT "TWEETPULSE_BINARY=$<TARGET_FILE:tweetpulse>")
  endforeach()
  set_tests_properties(web_e2e PROPERTIES RUN_SERIAL ON)
endif()
