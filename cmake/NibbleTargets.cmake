# The warnings that all our code is built with, and one way to add a library, a program, a test and an archive for another processor.
# SPDX-License-Identifier: Apache-2.0
option(NIBBLE_WERROR "Warnings are errors" ON)
set(NIBBLE_SANITIZE "" CACHE STRING "Sanitizers of the host code: address, undefined, fuzzer-no-link, or several with commas")

add_library(nibble_options INTERFACE)
target_compile_features(nibble_options INTERFACE cxx_std_17)
target_compile_options(nibble_options INTERFACE -Wall -Wextra $<$<BOOL:${NIBBLE_WERROR}>:-Werror>)
target_include_directories(nibble_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/runtime/include")
if(NIBBLE_SANITIZE)
  target_compile_options(nibble_options INTERFACE -fsanitize=${NIBBLE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # GCC 12 finds uninitialised values in instrumented standard headers that are none.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    # The stable_sort of GCC's library, which clang takes too, calls what it has itself deprecated.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
  target_link_options(nibble_options INTERFACE -fsanitize=${NIBBLE_SANITIZE})
endif()
option(NIBBLE_COVERAGE "Host code counts which of its lines run" OFF)
if(NIBBLE_COVERAGE)
  target_compile_options(nibble_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(nibble_options INTERFACE --coverage)
endif()

# nibble_add_library(name SOURCES ... LINK ...): a static library of host code.
function(nibble_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC nibble_options ${arg_LINK})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# All programs; the tests that scripts/coverage runs; and those that scripts/test builds and runs once more under each sanitizer.
add_custom_target(nibble_programs)
add_custom_target(nibble_coverage_tests)
add_custom_target(nibble_sanitize_tests)

# nibble_add_program(name SOURCES ... LINK ...): a program in bin/, here and where Nibble is installed.
function(nibble_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE nibble_options ${arg_LINK})
  add_dependencies(nibble_programs ${name})
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/nibble")
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# nibble_add_test(name SOURCES ... LINK ... [LABELS ...] [TIMEOUT seconds]): a GoogleTest program, one CTest test, labelled
# with its folder under tests/. The label `sanitize` runs it under the sanitizers too: what reads files, what runs in a caller's
# process, and what calls generated code has it.
function(nibble_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LINK;LABELS")
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(${name} PRIVATE nibble_options ${arg_LINK} GTest::gtest_main GTest::gmock)
  target_compile_definitions(${name} PRIVATE NIBBLE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  add_test(NAME ${name} COMMAND ${name})
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
  list(PREPEND arg_LABELS "${folder}")
  if(folder MATCHES "^(bench|generators|model|reference|runtime)$")
    list(APPEND arg_LABELS sanitize)
  endif()
  if(folder MATCHES "^(compiler|model|reference|runtime)$")
    add_dependencies(nibble_coverage_tests ${name})
  endif()
  if("sanitize" IN_LIST arg_LABELS)
    add_dependencies(nibble_sanitize_tests ${name})
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

# What the compiler is told of the processors that such archives are for. Hexagon finds small data (-G) by a register that bare
# programs do not set up.
set(NIBBLE_AARCH64_FLAGS --target=aarch64-linux-gnu)
set(NIBBLE_HEXAGON_FLAGS --target=hexagon-unknown-elf -mcpu=hexagonv66 -G0)

# nibble_add_cross_archive(folder name SOURCES ... FLAGS ... [DESTINATION path]): lib<name>.a for the processor of another target, by
# LLVM's C compiler and without any library of that target's, in DESTINATION (share/nibble/runtime)/<folder>. The target is
# <name>_<folder>.
function(nibble_add_cross_archive folder name)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "DESTINATION" "SOURCES;FLAGS")
  if(NOT arg_DESTINATION)
    set(arg_DESTINATION "${PROJECT_BINARY_DIR}/share/nibble/runtime")
  endif()
  set(archive "${arg_DESTINATION}/${folder}/lib${name}.a")
  set(objects)
  foreach(source IN LISTS arg_SOURCES)
    cmake_path(GET source FILENAME file)
    set(object "${CMAKE_CURRENT_BINARY_DIR}/${folder}/${file}.o")
    cmake_path(GET object PARENT_PATH object_folder)
    file(MAKE_DIRECTORY "${object_folder}")
    add_custom_command(OUTPUT "${object}"
      COMMAND "${NIBBLE_CLANG}" ${arg_FLAGS} -std=c99 -O2 -g0 -fPIC -ffreestanding -fno-stack-protector -fno-ident -Wall -Wextra
        $<$<BOOL:${NIBBLE_WERROR}>:-Werror> -I "${PROJECT_SOURCE_DIR}/runtime/include" -MD -MF "${object}.d"
        -c "${source}" -o "${object}"
      DEPENDS "${source}" DEPFILE "${object}.d" WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" VERBATIM)
    list(APPEND objects "${object}")
  endforeach()
  cmake_path(GET archive PARENT_PATH archive_folder)
  file(MAKE_DIRECTORY "${archive_folder}")
  add_custom_command(OUTPUT "${archive}"
    COMMAND "${CMAKE_COMMAND}" -E rm -f "${archive}"
    COMMAND "${NIBBLE_LLVM_AR}" rcsD "${archive}" ${objects}
    DEPENDS ${objects} VERBATIM)
  add_custom_target(${name}_${folder} ALL DEPENDS "${archive}")
endfunction()
