# QuickJS, Node-API over it, what the host port asks for, and the addon; and of them the executable.

set(QUICKJS_ROOT
    "${CMAKE_SOURCE_DIR}/node_modules/@suchipi/quickjs/build/${CMAKE_SYSTEM_PROCESSOR}-unknown-linux-gnu"
    CACHE PATH "The folder with QuickJS's include/ and lib/")
find_path(UV_INCLUDE uv.h REQUIRED)
find_library(UV_LIBRARY libuv_a.a REQUIRED)
find_path(MD_INCLUDE sha512.h REQUIRED)
find_library(MD_LIBRARY libmd.a REQUIRED)
find_path(EVENT_INCLUDE event2/http.h REQUIRED)
find_library(EVENT_OPENSSL_LIBRARY libevent_openssl.a REQUIRED)
find_library(EVENT_EXTRA_LIBRARY libevent_extra.a REQUIRED)
find_library(EVENT_CORE_LIBRARY libevent_core.a REQUIRED)
find_path(SSL_INCLUDE openssl/ssl.h REQUIRED)
find_library(SSL_LIBRARY libssl.a REQUIRED)
find_library(CRYPTO_LIBRARY libcrypto.a REQUIRED)
set(NODE_MODULES ${CMAKE_SOURCE_DIR}/node_modules)

file(GLOB ENGINE_SOURCES CONFIGURE_DEPENDS native/engine/*.cc native/engine/node-api/*.cc)
list(REMOVE_ITEM ENGINE_SOURCES ${CMAKE_SOURCE_DIR}/native/engine/main.cc
     ${CMAKE_SOURCE_DIR}/native/engine/start.cc ${CMAKE_SOURCE_DIR}/native/engine/relocations.cc)
add_library(engine STATIC ${ENGINE_SOURCES})
target_compile_definitions(engine PUBLIC NAPI_VERSION=8)
target_include_directories(
  engine SYSTEM PUBLIC ${QUICKJS_ROOT}/include ${NODE_MODULES}/node-api-headers/include ${UV_INCLUDE}
  ${MD_INCLUDE} ${EVENT_INCLUDE} ${SSL_INCLUDE})
# node-addon-api refers to more of Node-API than the binding uses; what nobody calls is left out.
target_link_options(engine INTERFACE -Wl,--gc-sections)
target_link_libraries(
  engine PUBLIC core ${QUICKJS_ROOT}/lib/quickjs-core.a ${UV_LIBRARY} ${MD_LIBRARY}
  ${EVENT_EXTRA_LIBRARY} ${EVENT_OPENSSL_LIBRARY} ${EVENT_CORE_LIBRARY} ${SSL_LIBRARY}
  ${CRYPTO_LIBRARY} m)

# An object library, as nothing refers to the addon but its registration.
add_library(binding OBJECT ${BINDING_SOURCES})
target_compile_definitions(binding PRIVATE NAPI_VERSION=8 NAPI_CPP_EXCEPTIONS BUILDING_NODE_EXTENSION)
target_compile_options(binding PRIVATE -ffunction-sections -fdata-sections)
target_include_directories(
  binding SYSTEM PRIVATE ${NODE_MODULES}/node-api-headers/include ${NODE_MODULES}/node-addon-api
  ${UV_INCLUDE})

if(NETWRIGHT_ENGINE)
  # native/engine/start.cc takes the place of one version's start, and of no other's.
  include(CheckCXXSourceCompiles)
  check_cxx_source_compiles(
    "#include <features.h>
    #if !defined(__x86_64__) || __GLIBC__ != 2 || __GLIBC_MINOR__ != 36
    #error
    #endif
    int main() {}"
    IS_START_KNOWN)
  option(NETWRIGHT_OWN_START "Start without asking the processor" ${IS_START_KNOWN})
  if(NETWRIGHT_OWN_START)
    set(BEFORE_GUARDS native/engine/start.cc native/engine/relocations.cc)
    set(START ${BEFORE_GUARDS} native/engine/left-out/processor-variants.cc)
    # They run before there is anything to compare with.
    set_source_files_properties(${BEFORE_GUARDS} PROPERTIES COMPILE_OPTIONS -fno-stack-protector)
    set(LATE ${CMAKE_SOURCE_DIR}/native/engine/left-out/late.ld)
  endif()
  # A C library before 2.36 cannot read relocations that are packed.
  include(CheckLinkerFlag)
  set(PACKED_RELOCATIONS LINKER:-z,pack-relative-relocs)
  check_linker_flag(CXX ${PACKED_RELOCATIONS} HAS_PACKED_RELOCATIONS)
  check_cxx_source_compiles(
    "#include <features.h>
    #if !__GLIBC_PREREQ(2, 36)
    #error
    #endif
    int main() {}"
    READS_PACKED_RELOCATIONS)
  # Written by script/bytecode.mjs.
  set(SCRIPTS ${CMAKE_SOURCE_DIR}/build/scripts)
  # How every program here starts, and what none has.
  add_library(
    surroundings OBJECT ${START} native/engine/left-out/library-functions.cc
    native/engine/left-out/names-of-addresses.cc native/engine/left-out/formatted-numbers.cc)
  target_include_directories(surroundings PRIVATE native)
  add_library(program OBJECT native/engine/main.cc ${SCRIPTS}/modules.cc)
  target_include_directories(program PRIVATE native)
  target_link_libraries(program PRIVATE engine)
  # The one to be debugged has the tables by which exceptions find their way.
  set(UNWINDING ${CMAKE_SOURCE_DIR}/native/engine/left-out/unwinding.ld)
  function(add_program name)
    add_executable(${name} ${ARGN})
    target_include_directories(${name} PRIVATE native)
    target_link_libraries(${name} PRIVATE surroundings binding engine)
    target_link_options(${name} PRIVATE -static-pie)
    if(NETWRIGHT_OWN_START)
      target_link_options(${name} PRIVATE -Wl,-T,${LATE})
      set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${LATE})
    endif()
    if(HAS_PACKED_RELOCATIONS AND READS_PACKED_RELOCATIONS)
      target_link_options(${name} PRIVATE ${PACKED_RELOCATIONS})
    endif()
  endfunction()
  function(leave_out_tables name)
    target_link_options(${name} PRIVATE -s -Wl,-T,${UNWINDING})
    set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${UNWINDING})
  endfunction()
  foreach(variant netwright netwright-sizing netwright-debug)
    add_program(${variant})
    target_link_libraries(${variant} PRIVATE program)
  endforeach()
  target_sources(
    netwright PRIVATE ${SCRIPTS}/no-positions.cc native/engine/variants/snapshot.cc)
  target_sources(
    netwright-sizing PRIVATE ${SCRIPTS}/no-positions.cc native/engine/variants/any-room.cc)
  target_sources(
    netwright-debug PRIVATE ${SCRIPTS}/positions.cc native/engine/variants/no-snapshot.cc)
  leave_out_tables(netwright)
  # Runs any script on the very engine of the executable; for tests (test/engine/static-http.test.ts).
  set(SHELL_SOURCE ${CMAKE_SOURCE_DIR}/test/engine/shell.cc)
  if(EXISTS ${SHELL_SOURCE})
    add_program(static-shell ${SHELL_SOURCE})
    leave_out_tables(static-shell)
  endif()
  # An executable without its snapshot is a program that writes it. The first to do so is the one
  # that has room for any; the other then gets as much as that took. Some bytes of a snapshot are
  # what stood there before; where addresses are the same in every process, so are these. Where the
  # build may not have that, in some containers, two builds may differ.
  set(WRITER ${CMAKE_CROSSCOMPILING_EMULATOR})
  execute_process(COMMAND setarch --addr-no-randomize true RESULT_VARIABLE REFUSAL OUTPUT_QUIET ERROR_QUIET)
  if(REFUSAL EQUAL 0)
    list(PREPEND WRITER setarch --addr-no-randomize)
  endif()
  set(SNAPSHOT ${CMAKE_BINARY_DIR}/netwright.snapshot)
  set(SNAPSHOT_ROOM ${CMAKE_BINARY_DIR}/snapshot-room)
  add_custom_command(
    OUTPUT ${SNAPSHOT_ROOM}.options
    COMMAND ${WRITER} $<TARGET_FILE:netwright-sizing> ${SNAPSHOT_ROOM}.snapshot
    COMMAND ${CMAKE_COMMAND} -DSNAPSHOT=${SNAPSHOT_ROOM}.snapshot -DOPTIONS=${SNAPSHOT_ROOM}.options
            -P ${CMAKE_SOURCE_DIR}/native/engine/snapshot-room.cmake
    DEPENDS netwright-sizing native/engine/snapshot-room.cmake)
  set_source_files_properties(
    native/engine/variants/snapshot.cc
    PROPERTIES COMPILE_OPTIONS @${SNAPSHOT_ROOM}.options OBJECT_DEPENDS ${SNAPSHOT_ROOM}.options)
  add_custom_command(
    TARGET netwright POST_BUILD
    COMMAND ${WRITER} $<TARGET_FILE:netwright> ${SNAPSHOT}
    COMMAND ${CMAKE_OBJCOPY} --update-section .snapshot=${SNAPSHOT} $<TARGET_FILE:netwright>)

  # The file, a link to it for every plugin, and what it is made of.
  install(PROGRAMS $<TARGET_FILE:netwright> DESTINATION bin)
  install(PROGRAMS $<TARGET_FILE:netwright-debug> DESTINATION bin/debug RENAME netwright)
  install(FILES ${NODE_MODULES}/@suchipi/quickjs/LICENSE DESTINATION bin RENAME LICENSE-quickjs)
  install(FILES ${NODE_MODULES}/yaml/LICENSE DESTINATION bin RENAME LICENSE-yaml)
  # Debian's, where its folder of documents was kept.
  install(FILES /usr/share/doc/libuv1-dev/copyright DESTINATION bin RENAME LICENSE-libuv OPTIONAL)
  install(FILES /usr/share/doc/libmd-dev/copyright DESTINATION bin RENAME LICENSE-libmd OPTIONAL)
  install(
    FILES /usr/share/doc/libevent-dev/copyright DESTINATION bin RENAME LICENSE-libevent OPTIONAL)
  install(FILES /usr/share/doc/libssl-dev/copyright DESTINATION bin RENAME LICENSE-openssl OPTIONAL)
  file(GLOB PLUGIN_FOLDERS CONFIGURE_DEPENDS plugins/*/plugin.ts ipam/*/plugin.ts)
  foreach(plugin ${PLUGIN_FOLDERS})
    cmake_path(GET plugin PARENT_PATH folder)
    cmake_path(GET folder FILENAME type)
    install(CODE "file(CREATE_LINK \"\${CMAKE_INSTALL_PREFIX}/bin/netwright\" \"\${CMAKE_INSTALL_PREFIX}/bin/${type}\")")
  endforeach()
endif()
