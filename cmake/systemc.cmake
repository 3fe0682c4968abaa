# SystemC::systemc, from SystemC's pkg-config file. Also a part of the installed package.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND AND NOT TARGET SystemC::systemc)
  pkg_check_modules(H4H_SYSTEMC QUIET IMPORTED_TARGET systemc)
  if(H4H_SYSTEMC_FOUND)
    add_library(SystemC::systemc INTERFACE IMPORTED)
    target_link_libraries(SystemC::systemc INTERFACE PkgConfig::H4H_SYSTEMC)
  endif()
endif()
