#pragma once

#include <string>

namespace h4h::python {

// Where `path` is no file that can be read: throws the OSError of Python that names it
// (FileNotFoundError, IsADirectoryError, PermissionError).
void require_file(const std::string& path);

// An option's name as an argument: "--max-latency needs ..." is "max_latency needs ...".
std::string as_arguments(std::string message);

}  // namespace h4h::python
