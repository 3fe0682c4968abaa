# Warnings, sanitizers and the include root, for our own targets only.
add_library(h4h_options INTERFACE)
target_compile_options(h4h_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum -Wnon-virtual-dtor
  -Wold-style-cast $<$<BOOL:${H4H_WERROR}>:-Werror>)
target_include_directories(h4h_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
if(CMAKE_POSITION_INDEPENDENT_CODE)
  # What is inlined and called directly stays so: nothing of ours is meant to be interposed.
  target_compile_options(h4h_options INTERFACE -fno-semantic-interposition)
endif()

# Release builds stop at an overrun stack or buffer and at an index out of range instead of going on
# with wrong values: input files come from anywhere. What it costs is in CONTRIBUTING.md.
option(H4H_HARDENED "Release builds with checks of buffers, stacks and indices" ON)
if(H4H_HARDENED)
  target_compile_options(h4h_options INTERFACE
    $<$<CONFIG:Release>:-fstack-protector-strong;-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2;-D_GLIBCXX_ASSERTIONS>)
  target_link_options(h4h_options INTERFACE $<$<CONFIG:Release>:-Wl,-z,relro,-z,now>)
endif()
if(H4H_SANITIZE)
  target_compile_options(h4h_options INTERFACE -fsanitize=address,undefined
                         -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(h4h_options INTERFACE -fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # GCC 12 reports false uses after free where it inlines destructors under AddressSanitizer,
    # which itself finds the real ones.
    target_compile_options(h4h_options INTERFACE -Wno-use-after-free)
  endif()
endif()

if(H4H_SANITIZE_THREADS)
  target_compile_options(h4h_options INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(h4h_options INTERFACE -fsanitize=thread)
endif()

if(H4H_FUZZ)
  target_compile_options(h4h_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Compiles sources of one folder together, at most 12 in a translation unit: most of the time goes
# to headers that all of them include. H4H_UNITY=OFF compiles every file by itself, which rebuilds
# less after an edit. Sources after ALONE share a file-local name with another of their folder.
option(H4H_UNITY "Compile sources of one folder together: a faster build from scratch" OFF)
function(h4h_unity target)
  cmake_parse_arguments(ARG "" "" "SOURCES;ALONE" ${ARGN})
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${H4H_UNITY} UNITY_BUILD_MODE GROUP)
  list(REMOVE_ITEM ARG_SOURCES ${ARG_ALONE})
  foreach(source IN LISTS ARG_SOURCES)
    get_filename_component(folder ${source} DIRECTORY)
    string(MAKE_C_IDENTIFIER "${target}_${folder}" group)
    list(APPEND ${group} ${source})
    list(LENGTH ${group} number)
    math(EXPR number "(${number} - 1) / 12")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group}_${number})
  endforeach()
endfunction()

# h4h_library(name SOURCES a.cpp ... USES target ... [ALONE a.cpp ...]): a library with the options of
# this project. ALONE: see h4h_unity.
function(h4h_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;ALONE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_USES} PRIVATE $<BUILD_INTERFACE:h4h_options>)
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                             $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/h4h>)
  h4h_unity(${name} SOURCES ${ARG_SOURCES} ALONE ${ARG_ALONE})
endfunction()

# h4h_embed(source FUNCTION ns::name HEADER file.hpp FILES a.html ...): a source file that holds the
# files' bytes (cmake/embed.cmake); `source` names the variable that gets its path.
function(h4h_embed source)
  cmake_parse_arguments(ARG "" "FUNCTION;HEADER" "FILES" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${source}.cpp)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -D OUT=${out} -D FUNCTION=${ARG_FUNCTION} -D HEADER=${ARG_HEADER}
            -D "FILES=${ARG_FILES}" -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${ARG_FILES} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  set(${source} ${out} PARENT_SCOPE)
endfunction()

# h4h_ship(path name): a file, or the YAML and CSV files of a directory, that programs read as
# share/h4h/NAME (base/program_files.hpp). Builds have a link there to the source tree.
function(h4h_ship path name)
  set(source ${PROJECT_SOURCE_DIR}/${path})
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share/h4h)
  file(CREATE_LINK ${source} ${PROJECT_BINARY_DIR}/share/h4h/${name} SYMBOLIC)
  if(IS_DIRECTORY ${source})
    install(DIRECTORY ${source}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/h4h/${name} COMPONENT h4h
            FILES_MATCHING PATTERN "*.yaml" PATTERN "*.csv" PATTERN description EXCLUDE)
  else()
    install(FILES ${source} DESTINATION ${CMAKE_INSTALL_DATADIR}/h4h RENAME ${name} COMPONENT h4h)
  endif()
endfunction()
