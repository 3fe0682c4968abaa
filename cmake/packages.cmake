# Debian packages, one per component: `cpack --preset package` after a build of the preset
# `package`, which installs below /usr. tools/try-packages builds and tries them.
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL h4h dev)
if(H4H_WITH_TORCH)
  list(APPEND CPACK_COMPONENTS_ALL nas)
endif()
if(H4H_WITH_MPI)
  list(APPEND CPACK_COMPONENTS_ALL mpi)
endif()
if(H4H_PYTHON)
  list(APPEND CPACK_COMPONENTS_ALL python)
endif()
set(CPACK_PACKAGE_NAME h4h)
set(CPACK_PACKAGE_VENDOR "H4H")
set(CPACK_PACKAGE_CONTACT "H4H maintainers <maintainers@users.noreply.r-seed-92784031.example>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
# Packages of two suites depend on other libraries, so their versions differ.
cmake_host_system_information(RESULT suite QUERY DISTRIB_VERSION_ID)
set(CPACK_DEBIAN_PACKAGE_RELEASE "1~deb${suite}")
set(same_version "(= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")

# The first line of a description is the summary.
set(CPACK_DEBIAN_H4H_PACKAGE_NAME h4h)
set(CPACK_COMPONENT_H4H_DESCRIPTION "simulator of edge AI chips with an NPU and compute-in-memory macros
Latency, energy and area of neural networks on chips that combine an NPU
(modelled after Arm's Ethos-U55) with compute-in-memory macros.")
set(CPACK_DEBIAN_H4H_PACKAGE_SUGGESTS h4h-nas)

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libh4h-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_DEV_DESCRIPTION "simulator of edge AI chips: libraries and headers
Static libraries, C++ headers, a CMake package and a pkg-config file of h4h.")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
    "h4h ${same_version}, libfmt-dev, libonnx-dev, libprotobuf-dev, libsqlite3-dev, libsystemc-dev, libyaml-cpp-dev, nlohmann-json3-dev, pkgconf")

# LibTorch's own dependencies are satisfied by the reference BLAS, which is 20 times slower.
set(CPACK_DEBIAN_NAS_PACKAGE_NAME h4h-nas)
set(CPACK_COMPONENT_NAS_DESCRIPTION "simulator of edge AI chips: training of supernets
The commands of h4h that train supernets and search with them; uses LibTorch.")
set(CPACK_DEBIAN_NAS_PACKAGE_DEPENDS "h4h ${same_version}, libopenblas0-pthread")
set(CPACK_DEBIAN_NAS_PACKAGE_RECOMMENDS dataset-fashion-mnist)

# The module is of one version of Python.
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-h4h)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_COMPONENT_PYTHON_DESCRIPTION "simulator of edge AI chips: package for Python
Simulations, mappings, sweeps, comparisons and the cost oracle of h4h from Python.")
math(EXPR next_minor "0${Python3_VERSION_MINOR} + 1")
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
    "h4h ${same_version}, python3 (>= ${Python3_VERSION_MAJOR}.${Python3_VERSION_MINOR}), python3 (<< ${Python3_VERSION_MAJOR}.${next_minor})")
set(CPACK_DEBIAN_PYTHON_PACKAGE_SUGGESTS "python3-numpy, python3-pandas")

set(CPACK_DEBIAN_MPI_PACKAGE_NAME h4h-mpi)
set(CPACK_COMPONENT_MPI_DESCRIPTION "simulator of edge AI chips: runs on several machines
The sweeps and the cost oracle of h4h on the ranks of mpirun.")
set(CPACK_DEBIAN_MPI_PACKAGE_DEPENDS "h4h ${same_version}, openmpi-bin")

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  install(FILES cmake/copyright COMPONENT ${component}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
endforeach()
include(CPack)
