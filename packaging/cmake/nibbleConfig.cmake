# find_package(nibble): Nibble's programs, which run on this machine whatever the project is built for, and nibble_add_kernels().
#   nibble::bench_kernels, nibble::compare_reports, nibble::gen_kernels, nibble::run_model, nibble::tune   imported programs
#   nibble_VERSION, nibble_TARGETS                                  the targets that gen_kernels generates for
# SPDX-License-Identifier: Apache-2.0
if(NOT CMAKE_HOST_SYSTEM_NAME STREQUAL "Linux" OR NOT CMAKE_HOST_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(nibble_FOUND FALSE)
  set(nibble_NOT_FOUND_MESSAGE
    "its programs run on Linux x86_64, found ${CMAKE_HOST_SYSTEM_NAME} ${CMAKE_HOST_SYSTEM_PROCESSOR}")
  return()
endif()

cmake_path(SET _nibble_prefix NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../../..")
foreach(_nibble_program IN ITEMS bench_kernels compare_reports gen_kernels run_model tune)
  if(NOT TARGET nibble::${_nibble_program})
    add_executable(nibble::${_nibble_program} IMPORTED)
    set_target_properties(nibble::${_nibble_program} PROPERTIES
      IMPORTED_LOCATION "${_nibble_prefix}/bin/${_nibble_program}")
  endif()
endforeach()

file(GLOB nibble_TARGETS RELATIVE "${_nibble_prefix}/share/nibble/targets" "${_nibble_prefix}/share/nibble/targets/*.json")
list(TRANSFORM nibble_TARGETS REPLACE "[.]json$" "")

# Everything that a generated library is made with: when Nibble is replaced, kernels are generated anew.
file(GLOB_RECURSE NIBBLE_TOOL_FILES LIST_DIRECTORIES false
  "${_nibble_prefix}/bin/gen_kernels"
  "${_nibble_prefix}/bin/nibble_kernel"
  "${_nibble_prefix}/lib/nibble/*"
  "${_nibble_prefix}/libexec/nibble/*"
  "${_nibble_prefix}/share/nibble/importers/*.py"
  "${_nibble_prefix}/share/nibble/runtime/*"
  "${_nibble_prefix}/share/nibble/targets/*.json"
  "${_nibble_prefix}/share/nibble/tools.json")

include("${CMAKE_CURRENT_LIST_DIR}/NibbleAddKernels.cmake")
