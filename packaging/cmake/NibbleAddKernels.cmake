# nibble_add_kernels(): a library that gen_kernels makes when the project is built.
# SPDX-License-Identifier: Apache-2.0

# nibble_add_kernels(<library>
#   TARGET <name>                            one of nibble_TARGETS, or host
#   MODEL <file or folder> | LAYERS <file>   as gen_kernels takes them; relative to the current source folder
#   [NAME <identifier>]                      prefix of the C symbols and name of the header; default: <library> as an identifier
#   [DEPENDS <file>...]                      more files that the kernels are made from
#   [OPTIONS <flag>...])                     more flags of gen_kernels
#
# Makes <library> an imported static library: target_link_libraries(<your target> PRIVATE <library>) links the kernels and finds
# <NAME>.h. They are generated in the current binary folder, in <library>/, before what links them is compiled, and anew when the
# model, one of DEPENDS or Nibble itself changes.
function(nibble_add_kernels library)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LAYERS;MODEL;NAME;TARGET" "DEPENDS;OPTIONS")
  if(NOT DEFINED arg_NAME)
    string(MAKE_C_IDENTIFIER "${library}" arg_NAME)
  endif()
  _nibble_check_arguments()

  if(DEFINED arg_MODEL)
    cmake_path(ABSOLUTE_PATH arg_MODEL NORMALIZE OUTPUT_VARIABLE source)
    set(source_flag "--model=${source}")
  else()
    cmake_path(ABSOLUTE_PATH arg_LAYERS NORMALIZE OUTPUT_VARIABLE source)
    set(source_flag "--layers=${source}")
  endif()
  set(source_files "${source}")
  if(IS_DIRECTORY "${source}")
    set(source_files "${source}/model.json" "${source}/weights.safetensors")
  endif()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${library}")
  set(archive "${folder}/lib${arg_NAME}.a")
  add_custom_command(
    OUTPUT "${archive}" "${folder}/${arg_NAME}.h"
    BYPRODUCTS "${folder}/manifest.json"
    # The program's path, not its target: a cross build would run the target's programs in an emulator.
    COMMAND "$<TARGET_FILE:nibble::gen_kernels>" "--target=${arg_TARGET}" "${source_flag}" "--out=${folder}"
            "--name=${arg_NAME}" --quiet ${arg_OPTIONS}
    DEPENDS ${source_files} ${arg_DEPENDS} ${NIBBLE_TOOL_FILES}
    COMMENT "Generating kernels ${arg_NAME} for ${arg_TARGET}"
    VERBATIM)
  add_custom_target(${library}_kernels DEPENDS "${archive}" "${folder}/${arg_NAME}.h")

  add_library(${library} STATIC IMPORTED GLOBAL)
  # An imported library's include folders have to be there before the build makes what is in them.
  file(MAKE_DIRECTORY "${folder}")
  set_target_properties(${library} PROPERTIES
    IMPORTED_LOCATION "${archive}"
    INTERFACE_INCLUDE_DIRECTORIES "${folder}")
  add_dependencies(${library} ${library}_kernels)
endfunction()

# Reads and refuses the arguments of nibble_add_kernels, its caller.
macro(_nibble_check_arguments)
  if(DEFINED arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nibble_add_kernels(${library}): found ${arg_UNPARSED_ARGUMENTS}, expected "
      "TARGET <name> MODEL <file>|LAYERS <file> [NAME <identifier>] [DEPENDS <file>...] [OPTIONS <flag>...]")
  endif()
  if(NOT DEFINED arg_TARGET OR NOT arg_TARGET IN_LIST nibble_TARGETS AND NOT arg_TARGET STREQUAL "host")
    list(JOIN nibble_TARGETS ", " known)
    message(FATAL_ERROR "nibble_add_kernels(${library}): TARGET: found ${arg_TARGET}, expected host, ${known}")
  endif()
  if(DEFINED arg_MODEL AND DEFINED arg_LAYERS OR NOT DEFINED arg_MODEL AND NOT DEFINED arg_LAYERS)
    message(FATAL_ERROR
      "nibble_add_kernels(${library}): found MODEL \"${arg_MODEL}\" and LAYERS \"${arg_LAYERS}\", expected one of them")
  endif()
  if(NOT arg_NAME MATCHES "^[A-Za-z_][A-Za-z0-9_]*$" OR arg_NAME MATCHES "^(nibble|halide)")
    message(FATAL_ERROR "nibble_add_kernels(${library}): NAME: found ${arg_NAME}, "
      "expected a C identifier that does not begin with nibble or halide")
  endif()
endmacro()
