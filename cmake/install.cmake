# What `cmake --install` adds to the programs and their files: libraries, headers, a CMake package
# and a pkg-config file (component dev), manual pages and completion (component h4h).
include(CMakePackageConfigHelpers)

# Every library of these directories, and those of nas that cost networks.
set(h4h_libraries "")
foreach(directory base workloads platforms models sim)
  get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
  list(APPEND h4h_libraries ${targets})
  if(directory STREQUAL base)
    set(base_libraries ${targets})
  endif()
endforeach()
list(APPEND h4h_libraries h4h_space h4h_open_network h4h_cost)

# h4h::base is all of base/; the other directories have a library of their name.
add_library(h4h_base INTERFACE)
target_link_libraries(h4h_base INTERFACE ${base_libraries})

set(h4h_package ${CMAKE_INSTALL_LIBDIR}/cmake/h4h)
set(h4h_archives ${CMAKE_INSTALL_LIBDIR}/h4h)
foreach(library IN LISTS h4h_libraries ITEMS h4h_base)
  string(REGEX REPLACE "^h4h_" "" name ${library})
  set_target_properties(${library} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${library} INTERFACE cxx_std_17)
endforeach()
install(TARGETS ${h4h_libraries} h4h_base EXPORT h4h
        ARCHIVE DESTINATION ${h4h_archives} COMPONENT dev)
install(EXPORT h4h NAMESPACE h4h:: FILE h4hTargets.cmake DESTINATION ${h4h_package} COMPONENT dev)

foreach(directory base workloads platforms models sim nas/cost nas/random nas/space)
  get_filename_component(parent ${directory} DIRECTORY)
  install(DIRECTORY ${directory} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/h4h/${parent} COMPONENT dev
          FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(DIRECTORY ${H4H_GENERATED}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/h4h COMPONENT dev
        FILES_MATCHING PATTERN "*.hpp")

configure_package_config_file(cmake/h4hConfig.cmake.in ${PROJECT_BINARY_DIR}/cmake/h4hConfig.cmake
  INSTALL_DESTINATION ${h4h_package} PATH_VARS CMAKE_INSTALL_DATADIR NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/h4hConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/h4hConfig.cmake
              ${PROJECT_BINARY_DIR}/cmake/h4hConfigVersion.cmake
              cmake/onnx.cmake cmake/systemc.cmake
        DESTINATION ${h4h_package} COMPONENT dev)

# pkg-config. Paths are relative to the .pc file, so that an installation may be moved.
file(RELATIVE_PATH pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pc_prefix ${pc_prefix})
list(TRANSFORM h4h_libraries PREPEND "-l" OUTPUT_VARIABLE pc_libraries)
list(JOIN pc_libraries " " pc_libraries)
get_filename_component(pc_onnx ${H4H_ONNX_PROTO} NAME_WE)
string(REGEX REPLACE "^lib" "-l" pc_onnx ${pc_onnx})
configure_file(cmake/h4h.pc.in ${PROJECT_BINARY_DIR}/cmake/h4h.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cmake/h4h.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT dev)

# Texts that the program writes about itself, when it is installed.
set(H4H_ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
    "Where completion for zsh is installed")
set(texts ${PROJECT_BINARY_DIR}/texts)
install(CODE "
  set(program \"$<TARGET_FILE:h4h>\")
  file(MAKE_DIRECTORY \"${texts}\")
  execute_process(COMMAND sh \"${PROJECT_SOURCE_DIR}/cmake/man-page\" \"\${program}\"
                  OUTPUT_FILE \"${texts}/h4h.1\" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND gzip -9nf \"${texts}/h4h.1\" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND \"\${program}\" completion bash OUTPUT_FILE \"${texts}/h4h.bash\"
                  COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND \"\${program}\" completion zsh OUTPUT_FILE \"${texts}/h4h.zsh\"
                  COMMAND_ERROR_IS_FATAL ANY)
  " COMPONENT h4h)
install(FILES ${texts}/h4h.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT h4h)
install(FILES ${texts}/h4h.bash RENAME h4h COMPONENT h4h
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${texts}/h4h.zsh RENAME _h4h DESTINATION ${H4H_ZSH_COMPLETIONS} COMPONENT h4h)
if(H4H_WITH_TORCH)
  file(WRITE ${texts}/h4h-nas.1 ".so man1/h4h.1\n")
  install(FILES ${texts}/h4h-nas.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT nas)
endif()
