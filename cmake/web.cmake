# Builds web/ with Vite and packs it for the binary; without web/node_modules the UI is left out, and that is said.
if(TWEETPULSE_WITH_WEB AND NOT EXISTS ${CMAKE_SOURCE_DIR}/web/node_modules)
  message(WARNING "web/node_modules is missing (scripts/setup brings it): the binary is built without the web UI")
  set(TWEETPULSE_WITH_WEB OFF)
endif()
if(TWEETPULSE_WITH_WEB)
  file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/src/* ${CMAKE_SOURCE_DIR}/web/public/*
       ${CMAKE_SOURCE_DIR}/web/docs-assets/*)
  add_custom_command(
    OUTPUT ${TWEETPULSE_GENERATED}/web_pack.bin ${TWEETPULSE_GENERATED}/web_pack.inc
    COMMAND ${CMAKE_SOURCE_DIR}/scripts/with-node npm run --silent build --prefix ${CMAKE_SOURCE_DIR}/web -- --logLevel warn
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/scripts/pack_web.py ${CMAKE_SOURCE_DIR}/web/dist ${TWEETPULSE_GENERATED}
    DEPENDS ${web_sources} ${CMAKE_SOURCE_DIR}/web/index.html ${CMAKE_SOURCE_DIR}/web/package-lock.json
            ${CMAKE_SOURCE_DIR}/web/vite.config.ts ${CMAKE_SOURCE_DIR}/scripts/pack_web.py
    COMMENT "Building the web UI" VERBATIM)
  add_custom_target(tweetpulse_web DEPENDS ${TWEETPULSE_GENERATED}/web_pack.inc)
endif()
