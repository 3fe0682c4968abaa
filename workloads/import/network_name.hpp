#pragma once

#include <optional>
#include <string>

namespace h4h::workloads {

// A network inside a file or directory, "SPACE.yaml#max" or "RUN#3".
struct NetworkInFile {
  std::string file, network;
};

// By the last `#`; nullopt for a name without one.
inline std::optional<NetworkInFile> network_in_file(const std::string& name) {
  const std::size_t mark = name.rfind('#');
  if (mark == std::string::npos) return std::nullopt;
  return NetworkInFile{name.substr(0, mark), name.substr(mark + 1)};
}

}  // namespace h4h::workloads
