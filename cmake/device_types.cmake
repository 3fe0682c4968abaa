# The types of devices, each in a directory of models/ that has its name. This line is all that a new
# type adds outside its directory (docs/guides/add-a-device.md).
set(H4H_DEVICE_TYPES npu cim systolic)

# Headers that enumerate the types, in the build tree: from the templates of these names, with what
# each type adds to them. A type "npu" has values `Npu`, a plan `NpuPlan`, and headers npu_*.hpp.
set(H4H_GENERATED ${PROJECT_BINARY_DIR}/generated)
foreach(type IN LISTS H4H_DEVICE_TYPES)
  string(SUBSTRING ${type} 0 1 first)
  string(SUBSTRING ${type} 1 -1 rest)
  string(TOUPPER ${first} first)
  set(values ${first}${rest})
  list(APPEND H4H_TYPE_NAMES ${type})
  list(APPEND H4H_TYPE_VALUES ${values})
  list(APPEND H4H_TYPE_PLANS ${values}Plan)
  list(APPEND H4H_TYPE_ENTRIES "${type}_type()")
  string(APPEND H4H_TYPE_DECLARATIONS "struct ${values};\n")
  string(APPEND H4H_TYPE_ENTRY_DECLARATIONS "TypeEntry ${type}_type();\n")
  foreach(part values timing device module)
    if(EXISTS ${PROJECT_SOURCE_DIR}/models/${type}/${type}_${part}.hpp)
      string(TOUPPER ${part} part_name)
      string(APPEND H4H_TYPE_${part_name}_INCLUDES "#include \"models/${type}/${type}_${part}.hpp\"\n")
    endif()
  endforeach()
endforeach()
foreach(list NAMES VALUES PLANS ENTRIES)
  list(JOIN H4H_TYPE_${list} ", " H4H_TYPE_${list})
endforeach()
foreach(header platforms/description/device_types.hpp platforms/description/type_entries.hpp
               models/device/device_plan.hpp models/device/device_classes.hpp
               models/device/module_classes.hpp)
  configure_file(${PROJECT_SOURCE_DIR}/${header}.in ${H4H_GENERATED}/${header} @ONLY)
endforeach()

# h4h_device_sources(variable keys|device|module): sources of the types, as the current directory
# names them: NAME_keys.cpp, NAME_module.cpp, or all others.
function(h4h_device_sources variable kind)
  set(sources "")
  foreach(type IN LISTS H4H_DEVICE_TYPES)
    file(GLOB found RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/models/${type}/*.cpp)
    foreach(source IN LISTS found)
      set(of device)
      if(source MATCHES "_(keys|module)\\.cpp$")
        set(of ${CMAKE_MATCH_1})
      endif()
      if(of STREQUAL kind)
        list(APPEND sources ${source})
      endif()
    endforeach()
  endforeach()
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()
